import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunView } from "../../orchestrator/api/views.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { aHome } from "../rig/berth-process.ts";
import {
	aFailingDisk,
	aSmallDisk,
	damage,
	lockedByAnother,
	whyNoDisk,
	whyNoFailingDisk,
} from "../rig/storage.ts";
import { aFolder, at } from "./a-store.ts";

const unless = (reason: string | null) =>
	reason === null ? {} : { skip: true, meta: { skippedBecause: reason } };

test("a disk that has failed and become read-only is told as that, and lets people look", {
	...unless(whyNoFailingDisk()),
}, async () => {
	const disk = aFailingDisk();
	const store = openStore(join(disk.path, "berth.db"));
	await store.setVar("a", "b", at(1));
	disk.fail();
	const failed = {
		kind: "read-only",
		message: expect.stringMatching(/because it is read-only.*failing disk/),
	};
	await expect(store.setVar("c", "d", at(1))).rejects.toMatchObject(failed);
	await expect(store.durable()).rejects.toMatchObject(failed);
	await expect(store.durable()).rejects.toMatchObject({
		name: "StoreUnavailable",
	});
	expect(await store.vars()).toMatchObject([{ name: "a" }]);
	store.close();
});

test("a database that may only be read can be opened and looked at by its owner, and writing says what to do", {
	...unless(process.getuid?.() === 0 ? "root may write everything" : null),
}, async () => {
	const file = join(aFolder(), "berth.db");
	openStore(file).close();
	await chmod(file, 0o444);
	const store = openStore(file);
	expect(await store.vars()).toEqual([]);
	await expect(store.setVar("a", "b", at(1))).rejects.toMatchObject({
		kind: "read-only",
		message: expect.stringMatching(/Make the file and its folder writable/),
	});
	store.close();
});

describe("berth up", () => {
	test("while another program has the database locked, says so to who asks, and goes on once it lets go", async () => {
		const home = await aHome();
		await home.pipeline("p", `tool("a", ["until", "${home.at("gate")}"]);`);
		const up = home.start(["up"]);
		await up.says(/berth answers/);
		const run = home.start(["run", "p"]);
		const [, id = ""] = await run.says(/Run (\S+@\S+)\n/);
		await run.says(/a +running/);
		const letGo = await lockedByAnother(home.at("data/.berth/berth.db"));

		const set = await home.berth("vars", "set", "a", "b");
		expect(set).toMatchObject({ code: 1 });
		expect(set.stderr).toMatch(/is locked by another program.*End what has it/);
		const cancel = await home.berth("cancel", id);
		expect(cancel).toMatchObject({ code: 1 });
		expect(cancel.stderr).toMatch(
			/Run "p@.*" will be cancelled once that can be remembered.*is locked by/,
		);
		await up.says(
			/is locked by another program.*Until then no task is started/,
		);
		expect((await home.berth("doctor")).stdout).toMatch(/✗ .*is locked/);
		expect((await home.json<RunView>("show", id)).status).toBe("running");

		await letGo();
		await up.says(/The database can be written again; going on/);
		expect(await run.ended).toMatchObject({ code: 1 });
		expect((await home.json<RunView>("show", id)).status).toBe("cancelled");
		expect((await home.berth("vars", "set", "a", "b")).code).toBe(0);
		up.kill("SIGTERM");
		expect(await up.ended).toMatchObject({ code: 0 });
	});

	test("with a damaged page begins nothing more, answers who looks, and is well again after a restore", {}, async () => {
		const home = await aHome();
		await home.pipeline("p", 'tool("a", ["say", "hello"]);');
		expect((await home.berth("run", "p")).code).toBe(0);
		expect((await home.berth("backup", "kept.db")).code).toBe(0);
		damage(home.at("data/.berth/berth.db"), "events");
		const up = home.start(["up"]);
		await up.says(/berth answers/);
		const refused = await home.berth("run", "p");
		expect(refused).toMatchObject({ code: 1 });
		expect(refused.stderr).toMatch(
			/is damaged: .*Nothing more is written.*berth restore FILE/,
		);
		expect(await home.json<RunView[]>("runs")).toHaveLength(1);
		expect((await home.berth("doctor")).stdout).toMatch(/✗ .*is damaged/);
		up.kill("SIGTERM");
		expect(await up.ended).toMatchObject({ code: 0 });

		expect((await home.berth("restore", "kept.db")).code).toBe(0);
		expect((await home.berth("run", "p")).code).toBe(0);
		const runs = await home.json<RunView[]>("runs");
		expect(runs.map(({ status }) => status)).toEqual([
			"succeeded",
			"succeeded",
		]);
	});

	test("at a limit on the size of its files, says what the disk refuses, and goes on above it", {
		...unless(existsSync("/usr/bin/prlimit") ? null : "there is no prlimit"),
	}, async () => {
		const home = await aHome();
		const gate = home.at("gate");
		await home.pipeline(
			"p",
			`const a = tool("a", ["until", "${gate}"]); tool("b", ["say", "b"], { after: [a] });`,
		);
		const up = home.start(["up"]);
		await up.says(/berth answers/);
		const run = home.start(["run", "p"]);
		await run.says(/a +running/);
		const limit = (bytes: number | "unlimited") =>
			execFileSync("prlimit", [
				...["--pid", `${up.pid}`, `--fsize=${bytes}:unlimited`],
			]);
		limit(statSync(home.at("data/.berth/berth.db-wal")).size);
		await home.write("gate", "");
		await up.says(
			/The disk under the database .* does not do what is asked: disk I\/O error \(SQLITE_IOERR_WRITE\)/,
		);
		limit("unlimited");
		await up.says(/The database can be written again; going on/);
		expect(await run.ended).toMatchObject({ code: 0 });
		const { tasks } = await home.json<RunView>("show", "latest");
		expect(tasks.map(({ attempts }) => attempts.length)).toEqual([1, 1]);
		up.kill("SIGTERM");
		expect(await up.ended).toMatchObject({ code: 0 });
	});

	test("on a disk that is full already, is a sentence; and it starts once there is room", {
		...unless(whyNoDisk()),
	}, async () => {
		const disk = aSmallDisk(4 * 2 ** 20);
		const home = await aHome({
			BERTH_RUNTIME: "local",
			BERTH_DATA: disk.path,
		});
		await home.berth("vars", "set", "a", "b");
		await rm(join(disk.path, ".berth/runtime"));
		disk.fill();
		const full = await home.berth("up");
		expect(full).toMatchObject({ code: 1 });
		expect(full.stderr).toMatch(/full|ENOSPC/);
		expect(full.stderr).not.toMatch(/^ {4}at /m);
		disk.empty();
		const up = home.start(["up"]);
		await up.says(/berth answers/);
		up.kill("SIGTERM");
		expect(await up.ended).toMatchObject({ code: 0 });
	});
});
