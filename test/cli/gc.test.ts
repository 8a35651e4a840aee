import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import type { HistoryView } from "../../orchestrator/api/history-view.ts";
import type { GcReport } from "../../orchestrator/cli/gc.ts";
import { aHome } from "../rig/berth-process.ts";

test("what nobody needs is told and removed, by itself and through a server, and what was there is still told", async () => {
	const home = await aHome();
	await home.pipeline(
		"p",
		'tool("a", ["write-text", params.text, "it"], { out: { it: "m" } });',
		"{ params: { text: z.string() } }",
	);
	const objects = () => readdir(home.at("data/.berth/objects"));
	for (const text of ["one", "two", "three"])
		await home.berth("run", "p", "--set", `text=${text}`);
	expect((await home.berth("gc")).stdout).toBe(
		"Nothing is to be removed.\nKept: 3 (1 live, 2 recent), 11 B.\n",
	);
	const up = home.start(["up"], { BERTH_KEEP_OBJECTS: "2" });
	await up.says(/berth answers at/);
	const args = ["gc", "--keep-days", "0"];
	const dry = await home.berth(...args, "--dry-run");
	expect(dry.stdout).toMatch(
		/^object .*\n[0-9a-f]{12} +3 B .* m\n\nWould remove 1 object, 3 B\.\nKept: 2 \(1 live, 1 recent\), 8 B\.\n$/,
	);
	expect(await objects()).toHaveLength(3);
	const report = await home.json<GcReport>(...args, "--keep", "1");
	expect(report).toMatchObject({
		kind: "report",
		dryRun: false,
		objects: [{ paths: ["m"] }, { paths: ["m"] }],
		bytes: 6,
		strays: 0,
		stayed: 0,
		kept: { live: 1, recent: 0, bytes: 5 },
	});
	expect(await objects()).toHaveLength(1);
	const history = await home.json<HistoryView[]>("history", "m");
	expect(history.map(({ removedAt }) => removedAt === null)).toEqual([
		true,
		false,
		false,
	]);
	expect((await home.berth("history", "m")).stdout).toMatch(
		/← now\n +in p@.*\n#.* removed \d{4}-.*\n +in p@.*\n#.* removed \d{4}-/,
	);
	expect(await home.berth("rollback", "m")).toMatchObject({
		code: 1,
		stderr: expect.stringMatching(
			/^Object [0-9a-f]{12}, which "m" held, was removed by "berth gc" at .*Z\. p@.*\/a\/1 made it: run that again, or name another entry of "berth history m"\.\n$/,
		),
	});
	for (const wrong of [
		["--keep", "0"],
		["--keep-days", "soon"],
	])
		expect(await home.berth("gc", ...wrong)).toMatchObject({ code: 2 });
	up.kill("SIGTERM");
	await up.ended;
});
