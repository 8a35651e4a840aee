import { mkdtempSync } from "node:fs";
import {
	appendFile,
	chmod,
	mkdir,
	rename,
	rm,
	symlink,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { hashTree } from "../../orchestrator/artifacts/hash-pool.ts";
import { removeTree } from "../../orchestrator/artifacts/remove-tree.ts";
import type { AttemptId, ObjectHash } from "../../orchestrator/model/words.ts";
import type { Publication, RunDetail } from "../../orchestrator/store/port.ts";
import { aPlan, aTask, instant } from "../rig/plans.ts";
import { path, runId, task } from "../store/a-store.ts";
import { check } from "./checks/all.ts";
import { gapIn } from "./checks/log-gaps.ts";
import type { Attempt, Evidence } from "./evidence.ts";
import { readLedger } from "./ledger.ts";
import { stagingFolders } from "./leftovers.ts";
import type { LogText } from "./log-copy.ts";

const RUN = "chain@2026-11-20~1";
const LOG = "0\n1\n2\nend 3 0\n";

/** An attempt that exited with this code, as all witnesses saw it. */
const anAttempt = (
	number: number,
	code: number,
	other: Partial<Attempt> = {},
): Attempt => ({
	id: `${RUN}/first/${number}` as AttemptId,
	number,
	task: "first",
	ending: { kind: "exited", code, message: null },
	createdAt: instant(1_000),
	startedAt: instant(2_000),
	endedAt: instant(3_000),
	imageKey: null,
	imageId: null,
	fingerprint: null,
	unchangedSince: null,
	story: { starts: 1, end: { code } },
	recorded: [{ id: "c1", attempt: "", created: true, starts: 1, died: code }],
	hit: null,
	log: { stdout: LOG, stderr: LOG },
	...other,
});

/** What is found after a soak in which all went well: one run of one task, that published one folder. */
async function allWell(): Promise<Evidence & { folder: string }> {
	const data = mkdtempSync(join(tmpdir(), "berth-soak-"));
	onTestFinished(() => removeTree(data));
	const attempt = anAttempt(1, 0);
	const object = await anObject(data, `${RUN} first 1`);
	const output = { path: path("chain/0/first"), object, bytes: 1, files: 3 };
	await mkdir(join(data, "chain/0"), { recursive: true });
	await symlink(`../../.berth/objects/${object}`, join(data, output.path));
	const at = instant(3_000);
	const succeeded = {
		status: "succeeded",
		at,
		by: { kind: "attempt", attempt: 1 },
		value: { outputs: { data: output }, result: null, found: null },
	} as const;
	const run: RunDetail = {
		id: runId(RUN),
		pipeline: "chain",
		ds: "2026-11-20",
		status: "succeeded",
		params: {},
		trigger: { kind: "hand" },
		createdAt: instant(1_000),
		startedAt: instant(1_000),
		endedAt: at,
		settled: true,
		plan: aPlan(aTask("first")),
		tasks: [
			{
				name: task("first"),
				state: succeeded,
				attempts: [attempt],
				inputs: null,
			},
		],
	};
	return {
		folder: join(data, ".berth/objects", object),
		data,
		acknowledged: [run.id],
		runs: [run],
		attempts: [attempt],
		publications: [
			{
				...output,
				id: 1,
				attempt: attempt.id,
				at,
				how: "made",
				maker: attempt.id,
				confirmedAt: at,
				removedAt: null,
			},
		],
		leftovers: [],
		engines: [],
	};
}

async function anObject(data: string, whose: string): Promise<ObjectHash> {
	const folder = join(data, ".berth/objects/new");
	await mkdir(folder, { recursive: true });
	for (const part of ["part-10", "part-20"])
		await writeFile(join(folder, part), `${whose}\n`);
	await writeFile(join(folder, "parts"), "2\n");
	const tree = await hashTree(folder, new AbortController().signal);
	if (tree.kind === "fault") throw new Error(tree.message);
	await rename(folder, join(data, ".berth/objects", tree.hash));
	return tree.hash;
}

/** The kinds of what is reported. */
async function kindsIn(evidence: Evidence): Promise<readonly string[]> {
	return (await check(evidence)).map(({ kind }) => kind);
}

const withAttempts = (
	evidence: Evidence,
	...attempts: Attempt[]
): Evidence => ({
	...evidence,
	attempts,
});

describe("the soak's checker", () => {
	test("has nothing to say when all went well", async () => {
		expect(await check(await allWell())).toEqual([]);
	});

	test("misses a run that was acknowledged, one that never settles, and an attempt without an end", async () => {
		const well = await allWell();
		const [run] = well.runs;
		if (!run) throw new Error("There is a run.");
		expect(
			await kindsIn({ ...well, acknowledged: [run.id, runId("lost@1~2")] }),
		).toEqual(["lost"]);
		expect(
			await kindsIn({ ...well, runs: [{ ...run, settled: false }] }),
		).toEqual(["lost"]);
		expect(
			await kindsIn(withAttempts(well, anAttempt(1, 0, { ending: null }))),
		).toEqual(["lost"]);
	});

	test("sees a program that began twice, two containers, a container started twice, and an attempt after a success", async () => {
		const well = await allWell();
		const container = {
			id: "c1",
			attempt: "",
			created: true,
			starts: 1,
			died: 0,
		};
		for (const twice of [
			{ story: { starts: 2, end: { code: 0 } } },
			{ recorded: [container, { ...container, id: "c2" }] },
			{ recorded: [{ ...container, starts: 2 }] },
		])
			expect(await kindsIn(withAttempts(well, anAttempt(1, 0, twice)))).toEqual(
				["repeated"],
			);
		expect(
			await kindsIn(withAttempts(well, anAttempt(1, 0), anAttempt(2, 7))),
		).toEqual(["repeated"]);
	});

	test("a container that was made again because the first one never ran is no repetition", async () => {
		const first = {
			id: "c0",
			attempt: "",
			created: true,
			starts: 0,
			died: null,
		};
		const second = { ...first, id: "c1", starts: 1, died: 0 };
		const attempt = anAttempt(1, 0, { recorded: [first, second] });
		expect(await check(withAttempts(await allWell(), attempt))).toEqual([]);
	});

	test("sees an exit code that neither the program nor the engine gave, and an end that was told as none", async () => {
		const well = await allWell();
		const vanished = { kind: "vanished", code: null, message: null } as const;
		const log = { stdout: "0\n", stderr: "" };
		for (const wrong of [
			{ story: { starts: 1, end: { code: 7 } } },
			{ story: { starts: 1, end: null }, log },
			{
				recorded: [
					{ id: "c1", attempt: "", created: true, starts: 1, died: 137 },
				],
			},
			{ ending: vanished },
		])
			expect(
				await kindsIn(withAttempts(well, anAttempt(1, 0, wrong))),
			).toContain("mistold");
	});

	test("who was killed, or ended by an engine that came back without live-restore, may have vanished", async () => {
		const well = await allWell();
		const ending = { kind: "vanished", code: null, message: null } as const;
		const hit = {
			id: "c1",
			attempt: "",
			way: "kill",
			at: 2_500,
			log: null,
		} as const;
		expect(
			await check(withAttempts(well, anAttempt(1, 0, { ending, hit }))),
		).toEqual([]);
		const engines = [{ at: 2_500, up: 3_500, liveRestore: false }];
		expect(
			await check({
				...withAttempts(well, anAttempt(1, 0, { ending })),
				engines,
			}),
		).toEqual([]);
		const lasting = [{ at: 2_500, up: 3_500, liveRestore: true }];
		expect(
			await kindsIn({
				...withAttempts(well, anAttempt(1, 0, { ending })),
				engines: lasting,
			}),
		).toEqual(["mistold"]);
	});

	test("an end that the engine forgot when it was killed is told as not known", async () => {
		const well = await allWell();
		const message = "The engine does not know how it ended.";
		const ending = { kind: "vanished", code: null, message } as const;
		const forgotten = withAttempts(well, anAttempt(1, 0, { ending }));
		const engines = [{ at: 2_500, up: 3_500, liveRestore: true }];
		expect(await check({ ...forgotten, engines })).toEqual([]);
		expect(await kindsIn(forgotten)).toEqual(["mistold"]);
	});

	test("names whatever is left over", async () => {
		const evidence = {
			...(await allWell()),
			leftovers: ["container /x (exited)"],
		};
		expect(await check(evidence)).toEqual([
			expect.objectContaining({
				kind: "orphaned",
				what: "container /x (exited)",
			}),
		]);
	});

	test("a staging folder is left over unless it is kept for inspection", async () => {
		const { data } = await allWell();
		for (const name of ["a/out", "b/out"])
			await mkdir(join(data, name), { recursive: true });
		await rm(join(data, ".berth"), { recursive: true });
		await rm(join(data, "chain"), { recursive: true });
		await writeFile(join(data, "b/kept"), "");
		expect(await stagingFolders(data)).toEqual(["staging folder a"]);
	});
});

describe("the soak's checker looks into what is published, and", () => {
	test("sees a file that is missing, one that changed, and one too many", async () => {
		for (const spoil of [
			(folder: string) => rm(join(folder, "part-20")),
			(folder: string) => writeFile(join(folder, "part-20"), "other"),
			(folder: string) => appendFile(join(folder, "part-30"), ""),
			(folder: string) => chmod(join(folder, "parts"), 0o755),
		]) {
			const well = await allWell();
			await spoil(well.folder);
			expect(await kindsIn(well)).toEqual(["half-published"]);
		}
	});

	test("sees an object that is not there, and one that nobody published", async () => {
		const gone = await allWell();
		await rm(gone.folder, { recursive: true });
		expect(await kindsIn(gone)).toEqual(["half-published"]);
		const stray = await allWell();
		await anObject(stray.data, "nobody");
		expect(await kindsIn(stray)).toEqual(["half-published"]);
	});

	test("sees files of another attempt, though their hash is right", async () => {
		const well = await allWell();
		const object = await anObject(well.data, `${RUN} first 2`);
		const fault = (await check(await publishing(well, object)))[0];
		expect(fault).toMatchObject({
			kind: "half-published",
			seen: expect.stringContaining("first 2"),
		});
	});

	test("sees a publication that is missing, and one by an attempt that failed", async () => {
		const well = await allWell();
		expect(await kindsIn({ ...well, publications: [] })).toContain(
			"half-published",
		);
		const of = well.publications.map(
			(one): Publication => ({
				...one,
				attempt: `${RUN}/first/2` as AttemptId,
			}),
		);
		expect(
			await kindsIn({ ...well, publications: [...well.publications, ...of] }),
		).toContain("half-published");
	});

	test("sees a symlink that is missing, or shows another object than the newest", async () => {
		const well = await allWell();
		const link = join(well.data, "chain/0/first");
		await rm(link);
		expect(await kindsIn(well)).toEqual(["half-published"]);
		await symlink(`../../.berth/objects/${"0".repeat(64)}`, link);
		expect(await kindsIn(well)).toEqual(["half-published"]);
	});
});

/** The same, with another object published instead. */
async function publishing(
	well: Evidence,
	object: ObjectHash,
): Promise<Evidence> {
	const publications = well.publications.map((one) => ({ ...one, object }));
	await rm(
		join(well.data, ".berth/objects", well.publications[0]?.object ?? ""),
		{ recursive: true },
	);
	return { ...well, publications };
}

describe("the lines of a log", () => {
	test("are whole when each number is there once and in order", () => {
		expect(gapIn(LOG, true)).toBeNull();
		expect(gapIn("0\n1\n", false)).toBeNull();
		expect(gapIn("", false)).toBeNull();
	});

	test.each([
		["a line that is missing", "0\n2\nend 3 0\n"],
		["a line that is repeated", "0\n1\n1\n2\nend 3 0\n"],
		["lines in the wrong order", "1\n0\n2\nend 3 0\n"],
		["a first line that is missing", "1\n2\nend 3 0\n"],
		["a last number that is missing", "0\n1\nend 3 0\n"],
		["half a line", "0\n1\n2\nend"],
		["no last line", "0\n1\n2\n"],
		["nothing at all", ""],
		[
			"a line of somebody else's",
			"0\nberth: the log is incomplete\n1\n2\nend 3 0\n",
		],
	])("%s is a gap", (_, text) => {
		expect(gapIn(text, true)).not.toBeNull();
	});

	test("are looked at in both streams, and need not be complete when the container was killed", async () => {
		const well = await allWell();
		const log = { stdout: "0\n1\n", stderr: LOG };
		expect(await kindsIn(withAttempts(well, anAttempt(1, 0, { log })))).toEqual(
			["log gap"],
		);
		const hit = {
			id: "c1",
			attempt: "",
			way: "kill",
			at: 2_500,
			log: null,
		} as const;
		expect(
			await check(withAttempts(well, anAttempt(1, 0, { log, hit }))),
		).toEqual([]);
	});

	test("may end with the word that more was lost, where somebody removed the container", async () => {
		const well = await allWell();
		const mark = "berth: the log is incomplete from here: it is gone\n";
		const log = { stdout: "0\n", stderr: `0\n1\n${mark}` };
		const attempt = (way: "kill" | "remove", stderr = log.stderr) =>
			anAttempt(1, 0, {
				log: { ...log, stderr },
				hit: { id: "c1", attempt: "", way, at: 2_500, log: null },
			});
		const removed = withAttempts(well, attempt("remove"));
		expect(await check(removed)).toEqual([]);
		for (const gap of [
			attempt("kill"),
			attempt("remove", `0\n${mark}1\n`),
			attempt("remove", `0\n2\n${mark}`),
		])
			expect(await kindsIn(withAttempts(well, gap))).toEqual(["log gap"]);
	});

	test("of a container that was killed are all that the engine told of it", async () => {
		const well = await allWell();
		const log = { stdout: "0\n1\n", stderr: "0\n1\n" };
		const attempt = (copied: LogText) =>
			anAttempt(1, 0, {
				log,
				hit: { id: "c1", attempt: "", way: "kill", at: 2_500, log: copied },
			});
		const less = { stdout: "0\n", stderr: "" };
		expect(await check(withAttempts(well, attempt(less)))).toEqual([]);
		const more = { ...less, stderr: "0\n1\n2\n" };
		expect(await kindsIn(withAttempts(well, attempt(more)))).toEqual([
			"log gap",
		]);
	});
});

test("the ledger counts every beginning, and knows the last end", () => {
	const ledger = readLedger(
		"a@1~2 t 1 start\na@1~2 t 1 start\na@1~2 u 3 start\na@1~2 u 3 end 7\na@1~2 v 1 start\na@1~2 v 1 hung\n",
	);
	expect(Object.fromEntries(ledger)).toEqual({
		"a@1~2/t/1": { starts: 2, end: null },
		"a@1~2/u/3": { starts: 1, end: { code: 7 } },
		"a@1~2/v/1": { starts: 1, end: "hung" },
	});
});
