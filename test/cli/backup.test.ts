import { lstat, readdir, readFile, readlink, rm } from "node:fs/promises";
import { expect, test } from "vitest";
import type { RunHead, RunView } from "../../orchestrator/api/views.ts";
import { removeTree } from "../../orchestrator/artifacts/remove-tree.ts";
import { aHome, type Home } from "../rig/berth-process.ts";

/** Publishes what `vars.text` says, at a fixed path and at one of the day. */
const publishes = (home: Home) =>
	home.pipeline(
		"p",
		`tool("a", ["write-text", vars.text, "fixed", "daily"], { out: { fixed: "fixed", daily: \`days/\${ds}\` } });`,
	);

const at = (home: Home, path: string) =>
	readFile(home.at("data", path, "x.txt"), "utf8");

test("what berth remembers, its links and its next run are after a restore as they were at the backup", async () => {
	const home = await aHome();
	await publishes(home);
	await home.berth("vars", "set", "text", "first");
	expect((await home.berth("run", "p", "--date", "2026-11-01")).code).toBe(0);

	const up = home.start(["up"]);
	await up.says(/berth answers/);
	const backup = await home.berth("backup", "kept.db");
	expect(backup).toMatchObject({ code: 0 });
	expect(backup.stdout).toMatch(
		/^Backed up \S+data to \S+kept\.db: 1 run, 2 published paths\. It was checked, and is whole\.\nNot in it: the published files themselves \(1 object in/,
	);
	await home.berth("vars", "set", "text", "second");
	expect((await home.berth("run", "p", "--date", "2026-11-02")).code).toBe(0);
	expect(await at(home, "fixed")).toBe("second");

	const refused = await home.berth("restore", "kept.db");
	expect(refused).toMatchObject({ code: 1 });
	expect(refused.stderr).toMatch(/A berth owns .* Stop it first/);
	up.kill("SIGTERM");
	await up.ended;

	const restored = await home.berth("restore", "kept.db");
	expect(restored).toMatchObject({ code: 0 });
	expect(restored.stdout).toMatch(/^Restored .*: 1 run, 2 published paths\./);
	expect(restored.stdout).toContain("Removed the link days/2026-11-02");
	expect(await home.json<RunHead[]>("runs")).toHaveLength(1);
	expect(await home.json("vars")).toMatchObject([{ value: "first" }]);
	expect(await at(home, "fixed")).toBe("first");
	expect(await at(home, "days/2026-11-01")).toBe("first");
	await expect(lstat(home.at("data/days/2026-11-02"))).rejects.toMatchObject({
		code: "ENOENT",
	});

	const again = await home.berth("run", "p", "--date", "2026-11-02");
	expect(again).toMatchObject({ code: 0 });
	expect(await at(home, "days/2026-11-02")).toBe("first");
	expect(await home.json<RunHead[]>("runs")).toHaveLength(2);
});

test("a run that was going on is taken up again: what is still there is adopted", async () => {
	const home = await aHome();
	const gate = home.at("gate");
	await home.pipeline("p", `tool("a", ["until", "${gate}"]);`);
	const up = home.start(["up"]);
	await up.says(/berth answers/);
	const run = home.start(["run", "p"]);
	const [, id = ""] = await run.says(/Run (\S+@\S+)\n/);
	await run.says(/a +running/);
	expect((await home.berth("backup", "kept.db")).code).toBe(0);
	run.kill("SIGKILL");
	up.kill("SIGKILL");
	await up.ended;
	await rm(home.at("data/.berth/berth.db"));
	const restored = await home.berth("restore", "kept.db");
	expect(restored.stdout).toMatch(
		/1 run had not ended then\. "berth up" goes on/,
	);
	await home.write("gate", "");
	const next = home.start(["up"]);
	await expect
		.poll(async () => (await home.json<RunView>("show", id)).status)
		.toBe("succeeded");
	const { tasks } = await home.json<RunView>("show", id);
	expect(tasks[0]?.attempts).toHaveLength(1);
	next.kill("SIGTERM");
	await next.ended;
});

test("into an empty folder, it says which objects are to be brought there", async () => {
	const home = await aHome();
	await publishes(home);
	await home.berth("vars", "set", "text", "a");
	expect((await home.berth("run", "p", "--date", "2026-11-01")).code).toBe(0);
	const instance = await readFile(home.at("data/.berth/instance"), "utf8");
	expect((await home.berth("backup", "kept.db")).code).toBe(0);
	const object = (await readlink(home.at("data/fixed"))).split("/").at(-1);
	await removeTree(home.at("data"));
	await home.berth("doctor"); // gives the empty folder a name of its own
	const restored = await home.json<{ missing: object[]; kept: null }>(
		"restore",
		"kept.db",
	);
	expect(restored).toMatchObject({
		kept: null,
		missing: [
			{ path: "days/2026-11-01", object },
			{ path: "fixed", object },
		],
	});
	expect(await readFile(home.at("data/.berth/instance"), "utf8")).toBe(
		instance,
	);
});

test("what cannot be is told in a sentence, and changes nothing", async () => {
	const home = await aHome();
	await publishes(home);
	const nothing = await home.berth("backup", "kept.db");
	expect(nothing).toMatchObject({ code: 1 });
	expect(nothing.stderr).toMatch(/Nothing was ever run in/);
	await home.berth("vars", "set", "text", "a");
	await home.write("kept.db", "precious");
	const there = await home.berth("backup", "kept.db");
	expect(there).toMatchObject({ code: 1 });
	expect(there.stderr).toMatch(/is there already.*--force/);
	expect(await readFile(home.at("kept.db"), "utf8")).toBe("precious");
	const noBackup = await home.berth("restore", "kept.db");
	expect(noBackup).toMatchObject({ code: 1 });
	expect(noBackup.stderr).toMatch(/not whole or no backup/);
	expect((await home.berth("backup", "kept.db", "--force")).code).toBe(0);
	for (const file of ["data/.berth/berth.db", "data/.berth/x/y", "no/such/x"])
		expect(await home.berth("backup", file, "--force")).toMatchObject({
			code: 1,
			stderr: expect.stringMatching(/berth's own|There is no folder/),
		});
	expect(await readdir(home.at("data/.berth"))).not.toContain("x");

	const other = await aHome();
	await other.berth("vars", "set", "text", "mine");
	const foreign = await other.berth("restore", home.at("kept.db"));
	expect(foreign).toMatchObject({ code: 1 });
	expect(foreign.stderr).toMatch(/is a backup of instance .* of instance /);
	expect(await other.json("vars")).toMatchObject([{ value: "mine" }]);
});
