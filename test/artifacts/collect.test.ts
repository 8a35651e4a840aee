import { execFileSync } from "node:child_process";
import {
	chmodSync,
	existsSync,
	lstatSync,
	readdirSync,
	readFileSync,
	rmdirSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Swept } from "../../orchestrator/artifacts/port.ts";
import { setMode } from "../../orchestrator/artifacts/set-mode.ts";
import type { ContainerName } from "../../orchestrator/model/words.ts";
import {
	aDataDirectory,
	aFolder,
	answer,
	asItsUser,
	isRoot,
	message,
	name,
	path,
	user,
	write,
} from "./rig.ts";

const modeOf = (file: string) => lstatSync(file).mode & 0o7777;

test("a task finds empty folders that belong to it, and staging them again leaves what it wrote", async () => {
	const { artifacts, attempt, stage, data } = aDataDirectory();
	const staged = await stage("model", "report");
	expect(staged).toEqual({
		kind: "staged",
		out: {
			model: `${data}/.berth/staging/${attempt}/out/model`,
			report: `${data}/.berth/staging/${attempt}/out/report`,
		},
		result: `${data}/.berth/staging/${attempt}/result`,
		started: false,
	});
	for (const folder of [...Object.values(staged.out), staged.result]) {
		expect(readdirSync(folder)).toEqual([]);
		expect(lstatSync(folder)).toMatchObject(user);
	}
	write(staged.out.model ?? "", { "a.txt": "kept" });
	await artifacts.markStarted(attempt);
	const again = { ...staged, started: true };
	expect(await stage("model", "report")).toEqual(again);
	expect(await artifacts.stage(attempt, ["model", "report"], "node")).toEqual(
		again,
	);
	expect(readdirSync(staged.out.model ?? "")).toEqual(["a.txt"]);
});

test("another user's task gets folders of that user, and its outputs become the data user's", async ({
	skip,
}) => {
	skip(!isRoot, "only root can do this");
	const { artifacts, attempt, collect } = aDataDirectory();
	const staged = answer(await artifacts.stage(attempt, ["it"], "4711:4712"));
	const folder = staged.out.it ?? "";
	expect(lstatSync(folder)).toMatchObject({ uid: 4711, gid: 4712 });
	execFileSync("sh", [
		"-c",
		`mkdir ${folder}/sub && echo 1 > ${folder}/sub/a && chown -R 4711:4712 ${folder}`,
	]);
	const { it } = answer(await collect({ it: "x" }));
	const [object] = answer(
		await artifacts.locate({
			kind: "object",
			object: it?.object as never,
			inside: null,
		}),
	);
	for (const at of ["", "sub", "sub/a"])
		expect(lstatSync(join(object?.path ?? "", at))).toMatchObject(user);
});

test("a task that asks for another user is refused when berth is not root", async ({
	skip,
}) => {
	skip(isRoot, "nothing stops root");
	const { artifacts, attempt } = aDataDirectory();
	expect(message(await artifacts.stage(attempt, [], "4711"))).toBe(
		`The task asks for user 4711, but berth runs as user ${user.uid} and cannot give its folders away. Leave the user out, or run berth as root.`,
	);
});

test("params are a file that nobody writes to, also after a kill in the middle, and again after the start", async () => {
	const { artifacts, attempt, data } = aDataDirectory();
	const path = `${data}/.berth/staging/${attempt}/params.json`;
	expect(await artifacts.params(attempt, { depth: 8 })).toBe(path);
	writeFileSync(`${path}.new`, '{"dep', { mode: 0o444 });
	expect(await artifacts.params(attempt, { depth: 8 })).toBe(path);
	expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ depth: 8 });
	expect(lstatSync(path)).toMatchObject(user);
	expect(modeOf(path)).toBe(0o444);
	await artifacts.markStarted(attempt);
	const { ino } = lstatSync(path);
	expect(await artifacts.params(attempt, { depth: 8 })).toBe(path);
	expect(lstatSync(path).ino).toBe(ino);
});

test("a user's name is refused, because only the image knows its number", async () => {
	const { artifacts, attempt } = aDataDirectory();
	expect(message(await artifacts.stage(attempt, [], "node"))).toContain(
		'"1000:1000"',
	);
});

test("outputs become read-only objects that belong to the data directory's user, and keep execute bits", async () => {
	const { data, stage, collect, attempt } = aDataDirectory();
	const { out } = await stage("model");
	write(out.model ?? "", {
		"sub/model.json": "{}",
		"run.sh": "#!/bin/sh\n",
		"empty/": "",
	});
	chmodSync(join(out.model ?? "", "run.sh"), 0o777);
	const { model } = answer(await collect({ model: "models/a" }));
	expect(model).toMatchObject({ path: "models/a", bytes: 12, files: 2 });
	const object = join(data, ".berth/objects", model?.object ?? "");
	expect(readFileSync(join(object, "sub/model.json"), "utf8")).toBe("{}");
	expect(
		["", "sub", "empty", "run.sh"].map((at) => modeOf(join(object, at))),
	).toEqual([0o555, 0o555, 0o555, 0o555]);
	expect(modeOf(join(object, "sub/model.json"))).toBe(0o444);
	for (const at of ["", "sub", "sub/model.json"])
		expect(lstatSync(join(object, at))).toMatchObject(user);
	expect(existsSync(join(data, ".berth/staging", attempt, "out/model"))).toBe(
		false,
	);
	expect(existsSync(join(data, "models"))).toBe(false);
});

test("collecting again answers the same", async () => {
	const { stage, collect } = aDataDirectory();
	const { out } = await stage("a", "b");
	write(out.a ?? "", { x: "1" });
	write(out.b ?? "", { x: "2" });
	const first = answer(await collect({ a: "p/a", b: "p/b" }));
	expect(await collect({ a: "p/a", b: "p/b" })).toEqual(first);
});

test("two outputs with the same contents are one object", async () => {
	const { stage, collect, data } = aDataDirectory();
	const { out } = await stage("a", "b");
	write(out.a ?? "", { x: "same" });
	write(out.b ?? "", { x: "same" });
	const { a, b } = answer(await collect({ a: "p/a", b: "p/b" }));
	expect(a?.object).toBe(b?.object);
	expect(readdirSync(join(data, ".berth/objects"))).toEqual([a?.object]);
});

test("what is left of an output whose contents are an object already is never taken for the output", async () => {
	const { data, stage, collect, attempt, publish } = aDataDirectory();
	const files = { x: "1", y: "2" };
	await publish("earlier", files);
	const { out } = await stage("it");
	write(out.it ?? "", files);
	const first = answer(await collect({ it: "later" }));
	for (const left of [{ y: "2" }, {}]) {
		write(data, { [`.berth/staging/${attempt}/out/it/`]: "" });
		write(out.it ?? "", left);
		expect(await collect({ it: "later" })).toEqual(first);
		expect(existsSync(out.it ?? "")).toBe(false);
	}
	expect(readdirSync(join(data, ".berth/objects"))).toHaveLength(1);
});

test("an object of which somebody removed a part is whole again once the same is made, by an ordinary user too", async () => {
	const { data, stage, collect, artifacts, attempt, publish } =
		aDataDirectory();
	const files = { x: "1", "in/y": "22", "in/z": "" };
	const { object } = await publish("earlier", files);
	const folder = join(data, ".berth/objects", object);
	const damages = [
		() => rmSync(join(folder, "x")),
		() => truncateSync(join(folder, "in/y"), 1),
		() => rmSync(join(folder, "in"), { recursive: true }),
		() => rmSync(folder, { recursive: true }),
	];
	await asItsUser(data, async () => {
		for (const damage of damages) {
			execFileSync("chmod", ["-R", "u+w", folder]);
			damage();
			expect(await artifacts.areWhole([{ ...OUTPUT, object }])).toBe(false);
			const { out } = await stage("it");
			write(out.it ?? "", files);
			await collect({ it: "later" });
			await artifacts.discard(attempt, false);
			expect(readFileSync(join(folder, "in/y"), "utf8")).toBe("22");
			expect(await artifacts.areWhole([{ ...OUTPUT, object }])).toBe(true);
			expect(modeOf(folder)).toBe(0o555);
			expect(readdirSync(join(data, ".berth/staging"))).toEqual([]);
		}
	});
});

/** Of three files with three bytes. */
const OUTPUT = { path: path("earlier"), bytes: 3, files: 3 };

test("no mode is given to what a symlink leads to", async () => {
	const folder = aFolder();
	write(folder, { "theirs/file": "" });
	chmodSync(join(folder, "theirs/file"), 0o600);
	chmodSync(join(folder, "theirs"), 0o711);
	symlinkSync(join(folder, "theirs"), join(folder, "a"));
	symlinkSync(join(folder, "theirs/file"), join(folder, "b"));
	for (const link of ["a", "b"])
		await expect(setMode(join(folder, link), 0o777)).rejects.toThrow("ELOOP");
	expect(modeOf(join(folder, "theirs"))).toBe(0o711);
	expect(modeOf(join(folder, "theirs/file"))).toBe(0o600);
});

describe("an output that is not as declared is rejected, and nothing of the attempt moves", () => {
	const rejected = async (spoil: (folder: string) => void) => {
		const { stage, collect, data } = aDataDirectory();
		const { out } = await stage("good", "table");
		write(out.good ?? "", { x: "1" });
		spoil(out.table ?? "");
		const text = message(await collect({ good: "p/good", table: "p/table" }));
		expect(existsSync(join(data, ".berth/objects"))).toBe(false);
		return text;
	};

	test("because it is empty", async () => {
		expect(await rejected(() => {})).toBe(
			'Output "table" (/out/table) is empty, though the task ended well. Write the output there, or take it out of the task\'s outputs; exit with 99 when there is nothing to do.',
		);
	});

	test("because it is gone", async () => {
		expect(await rejected(rmdirSync)).toContain(
			'Output "table" (/out/table) is not there',
		);
	});

	test("because it is something else now", async () => {
		const text = await rejected((folder) => {
			rmdirSync(folder);
			symlinkSync("/etc", folder);
		});
		expect(text).toContain("is not a folder any more");
	});

	test("because its owner may not read it", async () => {
		expect(await rejected((folder) => chmodSync(folder, 0o000))).toContain(
			"may not be read by its owner",
		);
	});

	test("because of what lies in it", async () => {
		const text = await rejected((folder) =>
			symlinkSync("/etc/passwd", join(folder, "x")),
		);
		expect(text).toBe(
			'Output "table" (/out/table) cannot be published: "x" is a symbolic link. Write a plain file or a folder instead.',
		);
	});

	test("because it goes too deep for a path", async () => {
		expect(await rejected((folder) => dig(folder, 60))).toContain(
			"lies too deep",
		);
	});
});

describe("the result", () => {
	const resultOf = async (make: (file: string) => void) => {
		const { artifacts, attempt, stage } = aDataDirectory();
		const { result } = await stage();
		make(join(result, "result.json"));
		return artifacts.result(attempt);
	};
	const text = (text: string) => resultOf((file) => writeFileSync(file, text));

	test("is null when none was written", async () => {
		expect(await resultOf(() => {})).toEqual({ kind: "result", value: null });
	});

	test("is the object that was written, even one that looks like a problem", async () => {
		const value = { kind: "problem", message: "x", lost: true, "a]": '[{"' };
		expect(await text(JSON.stringify(value))).toEqual({
			kind: "result",
			value,
		});
	});

	test.each([
		["a list", "[1]", "is not a JSON object"],
		["no JSON", "{rows: 1}", "is not JSON"],
		["NaN", '{"auc": NaN}', "is not JSON"],
		[
			"a number beyond all numbers",
			'{"a": {"loss": 1e999}}',
			'"loss" is too large a number',
		],
		[
			"nested too deep",
			`{"a":${"[".repeat(90_000)}${"]".repeat(90_000)}}`,
			"is nested more than 64 deep",
		],
		[
			"too large",
			`{"a":"${"x".repeat(256 * 1024)}"}`,
			"is larger than 256 KiB",
		],
	])("is refused when it is %s", async (_, written, fault) => {
		expect(message(await text(written))).toContain(fault);
	});

	test("may be exactly as large as allowed", async () => {
		const value = { a: "x".repeat(256 * 1024 - 8) };
		expect(await text(JSON.stringify(value))).toEqual({
			kind: "result",
			value,
		});
	});

	test("is never read through a symbolic link", async () => {
		const got = await resultOf((file) => symlinkSync("/etc/hostname", file));
		expect(message(got)).toContain("is a symbolic link");
	});

	test("never makes berth wait for the other end of a pipe", async () => {
		const got = await resultOf((file) =>
			execFileSync("sh", ["-c", 'mkfifo "$0"', file]),
		);
		expect(message(got)).toContain("is not a plain file");
	});

	test("is no result when it is not UTF-8", async () => {
		const got = await resultOf((file) =>
			writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d])),
		);
		expect(message(got)).toContain("is not UTF-8");
	});
});

describe("staging folders", () => {
	const isThere = (data: string, attempt: string) =>
		existsSync(join(data, ".berth/staging", attempt));

	test("are forgotten after a success", async () => {
		const { data, artifacts, attempt, stage } = aDataDirectory();
		await stage("a");
		await artifacts.discard(attempt, false);
		expect(isThere(data, attempt)).toBe(false);
		await artifacts.discard(attempt, false);
		await artifacts.discard(attempt, true);
		expect(isThere(data, attempt)).toBe(false);
	});

	test("of a failure stay until they are swept", async () => {
		const { data, artifacts, attempt, stage } = aDataDirectory();
		await stage("a");
		await artifacts.discard(attempt, true);
		expect(await artifacts.sweep(new Set(), 60_000)).toEqual(NOTHING);
		expect(isThere(data, attempt)).toBe(true);
		expect(await artifacts.sweep(new Set(), 0)).toEqual(only(attempt));
		expect(isThere(data, attempt)).toBe(false);
	});

	test("of a live attempt are never swept, and those of nobody when they are an hour old", async () => {
		const { data, artifacts, attempt, stage } = aDataDirectory();
		await stage("a");
		expect(await artifacts.sweep(new Set([attempt]), 0)).toEqual(NOTHING);
		const week = 7 * 24 * 60 * 60 * 1000;
		expect(await artifacts.sweep(new Set(), week)).toEqual(NOTHING);
		execFileSync("touch", [
			"-d",
			"2 hours ago",
			join(data, ".berth/staging", attempt),
		]);
		expect(await artifacts.sweep(new Set([name("other")]), week)).toEqual(
			only(attempt),
		);
	});

	test("what a kill left half made in berth's own folder goes when it is an hour old, and nothing else does", async () => {
		const { data, artifacts } = aDataDirectory();
		const halves = [
			"link-7",
			"server.json.draft",
			"instance.0123456789ab",
			"place.json.0123456789ab",
			"runtime.new",
			"berth.db.restoring",
			"berth.db.restoring-journal",
			"berth.db.restore-pending.new",
		];
		const fresh = "link-8";
		const kept = [
			...["instance", "runtime", "berth.db", "owner.db", fresh],
			"berth.db.before-20261121T160000000Z",
		];
		for (const one of [...halves, ...kept])
			write(data, { [`.berth/${one}`]: "" });
		for (const one of [...halves, ...kept])
			if (one !== fresh)
				execFileSync("touch", ["-d", "2 hours ago", join(data, ".berth", one)]);
		const { removed } = await artifacts.sweep(new Set(), 0);
		expect(new Set(removed)).toEqual(
			new Set(halves.map((one) => `.berth/${one}`)),
		);
		expect(new Set(readdirSync(join(data, ".berth")))).toEqual(new Set(kept));
	});

	test.skipIf(isRoot)(
		"what cannot be removed is told, and keeps nothing else",
		{ meta: isRoot ? { skippedBecause: "root can remove everything" } : {} },
		async () => {
			const { data, artifacts } = aDataDirectory();
			write(data, { ".berth/staging/a/x": "", ".berth/link-1": "" });
			execFileSync("touch", [
				"-d",
				"2 hours ago",
				join(data, ".berth/staging/a"),
				join(data, ".berth/link-1"),
			]);
			chmodSync(join(data, ".berth/staging"), 0o555);
			const { removed, failed } = await artifacts.sweep(new Set(), 0);
			chmodSync(join(data, ".berth/staging"), 0o755);
			expect(removed).toEqual([".berth/link-1"]);
			expect(failed).toEqual([
				expect.stringMatching(/^\.berth\/staging\/a: .*EACCES/),
			]);
		},
	);

	test("go whatever the task did to them, and nothing behind a link goes with them", async () => {
		const { data, artifacts, attempt, stage } = aDataDirectory();
		const { out } = await stage("a");
		const folder = out.a ?? "";
		write(data, { "precious/file": "" });
		write(folder, { "shut/deeper/file": "", "read-only/file": "" });
		symlinkSync(join(data, "precious"), join(folder, "link"));
		symlinkSync(join(data, "precious"), join(folder, "shut/link"));
		writeFileSync(Buffer.from(`${folder}/b\xe4d`, "latin1"), "");
		dig(folder, 60);
		chmodSync(join(folder, "shut/deeper"), 0o000);
		chmodSync(join(folder, "shut"), 0o000);
		chmodSync(join(folder, "read-only"), 0o555);
		await artifacts.discard(attempt, false);
		expect(isThere(data, attempt)).toBe(false);
		expect(existsSync(join(data, "precious/file"))).toBe(true);
	});
});

/** A chain of folders that is far longer than a path can be: each step is made at the top and then moved around the rest. */
function dig(top: string, steps: number): void {
	const part = "d".repeat(200);
	execFileSync("sh", [
		"-c",
		`cd "$0" && i=0; while [ $i -lt ${steps} ]; do mkdir ${part} && cd -P ./${part} || exit 1; i=$((i+1)); done; touch end`,
		top,
	]);
}

const NOTHING: Swept = { removed: [], failed: [] };

const only = (attempt: ContainerName): Swept => ({
	removed: [`.berth/staging/${attempt}`],
	failed: [],
});
