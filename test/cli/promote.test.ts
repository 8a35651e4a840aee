import { readFile, rm } from "node:fs/promises";
import { userInfo } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HistoryView } from "../../orchestrator/api/history-view.ts";
import type { RunHead, RunView } from "../../orchestrator/api/views.ts";
import {
	aHome,
	type Going,
	type Home,
	openHome,
} from "../rig/berth-process.ts";

/** `train` makes a model of its day, `use` reads what is in production. */
let home: Home;
let up: Going;
beforeAll(async () => {
	home = await openHome({ BERTH_RUNTIME: "local", BERTH_BY: "alice" });
	await home.pipeline("train", TRAIN);
	await home.pipeline(
		"use",
		'tool("read", ["say", "ok"], { in: { model: "models/production" }, out: {} });',
	);
	up = home.start(["up"]);
	await up.says(/berth answers at/);
	for (const day of ["2026-11-19", "2026-11-20"])
		await done("run", "train", "--date", day);
});
afterAll(async () => {
	up.kill("SIGTERM");
	await up.ended;
	await home.close();
});

const TRAIN =
	'tool("fit", ["write-text", ds, "model"], { out: { model: "models/" + ds + "/model" } });';
const PRODUCTION = "models/production";

async function done(...args: string[]): Promise<string> {
	const { code, stdout, stderr } = await home.berth(...args);
	expect({ code, stderr }).toMatchObject({ code: 0 });
	return stdout;
}

const textAt = (path: string): Promise<string> =>
	readFile(home.at("data", path, "x.txt"), "utf8");

const promote = (day: string, to: string): Promise<string> =>
	done("promote", `models/${day}/model/`, "--to", to);

/** The object that the newest run of `use` read. */
async function objectUsed(): Promise<unknown> {
	await done("run", "use");
	const { tasks } = await home.json<RunView>("show", "use");
	return tasks[0]?.inputs.model;
}

test("promote, promote, roll back: the history says who, when and which run, and what ran in between which object it used", async () => {
	await promote("2026-11-19", PRODUCTION);
	expect(await textAt(PRODUCTION)).toBe("2026-11-19");
	const usedFirst = await objectUsed();
	await promote("2026-11-20", PRODUCTION);
	const usedSecond = await objectUsed();
	await done("rollback", PRODUCTION);
	expect(await textAt(PRODUCTION)).toBe("2026-11-19");

	const history = await home.json<HistoryView[]>("history", PRODUCTION);
	const [back, second, first] = history;
	expect(
		history.map(({ how, by, trigger, isLive, removedAt }) => ({
			how,
			by,
			trigger,
			isLive,
			removedAt,
		})),
	).toEqual(
		["rolled-back", "promoted", "promoted"].map((how, index) => ({
			how,
			by: "alice",
			trigger: "hand",
			isLive: index === 0,
			removedAt: null,
		})),
	);
	expect(second).toMatchObject({
		run: expect.stringMatching(/^_promote@/),
		attempt: `${second?.run}/promote/1`,
		origin: "models/2026-11-20/model",
		maker: expect.stringMatching(/^train@2026-11-20~.*\/fit\/1$/),
		at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
	});
	expect(back).toMatchObject({
		run: expect.stringMatching(/^_rollback@/),
		object: first?.object,
		maker: first?.maker,
	});
	for (const [used, entry] of [
		[usedFirst, first],
		[usedSecond, second],
	])
		expect(used).toMatchObject({
			kind: "object",
			path: PRODUCTION,
			object: (entry as HistoryView).object,
			maker: (entry as HistoryView).maker,
		});
	const words = (await done("history", PRODUCTION)).trimEnd().split("\n");
	expect(words).toHaveLength(1 + 3 * 3);
	expect(words[1]).toMatch(/^#\d+ .* rolled back .* alice +← now$/);
	expect(words[2]).toBe(`       in ${back?.run}/rollback/1`);
	expect(words[3]).toBe(
		`       from models/2026-11-19/model, made by ${back?.maker}`,
	);
	expect(await done("show", "use")).toContain(
		`← model: models/production  (${second?.object.slice(0, 12)}, made by ${second?.maker})`,
	);
	const runs = await home.json<RunHead[]>("runs", "_promote");
	expect(runs).toMatchObject([
		{ pipeline: "_promote", status: "succeeded", by: "alice", settled: true },
		{ pipeline: "_promote", status: "succeeded", by: "alice", settled: true },
	]);
	expect(await done("runs", "_rollback")).toContain("hand (alice)");
});

test("what a path holds already is not promoted again", async () => {
	await promote("2026-11-20", "same");
	expect(await promote("2026-11-20", "same")).toBe(
		'"same" holds what "models/2026-11-20/model/" holds already: nothing to do.\n',
	);
	const args = ["promote", "models/2026-11-20/model", "--to", "same"];
	expect(await home.json(...args)).toBeNull();
	expect(await home.json("rollback", "same", "--to", "0")).toBeNull();
	expect(await home.json("history", "same")).toHaveLength(1);
});

test("the history says where it was promoted from and who made that, also where others hold the same", async () => {
	await home.pipeline(
		"twins",
		["one", "two"]
			.map(
				(name) =>
					`tool("${name}", ["write-text", "same", "it"], { out: { it: "twins/${name}" }, env: { WHO: "${name}" } });`,
			)
			.join(""),
	);
	await done("run", "twins");
	const origins: string[] = [];
	for (const name of ["one", "two"]) {
		await done("promote", `twins/${name}`, "--to", `chosen/${name}`);
		await done("promote", `chosen/${name}`, "--to", `further/${name}`);
		await promote("2026-11-20", `chosen/${name}`);
		expect(await done("rollback", `chosen/${name}`)).toMatch(
			`  → chosen/${name}  (1 file, 4 B, from twins/${name}, made by twins@`,
		);
		for (const of of ["chosen", "further"]) {
			const [now] = await home.json<HistoryView[]>("history", `${of}/${name}`);
			expect(now?.maker).toContain(`/${name}/1`);
			origins.push(now?.origin ?? "");
		}
	}
	expect(origins).toEqual([
		"twins/one",
		"chosen/one",
		"twins/two",
		"chosen/two",
	]);
	expect(await done("lineage", "further/two")).toMatch(
		/^further\/two\n[^←]*← from chosen\/two\n[^←]*← from twins\/two\n[^←]*← made by twins@.*\/two\/1\n/,
	);
});

test("who promotes to a path that a task publishes to is told that it does not stay", async () => {
	await home.pipeline(
		"own",
		'tool("make", ["write-text", "mine", "it"], { out: { it: "own/it" } });',
	);
	await done("run", "own");
	const args = ["promote", "models/2026-11-20/model", "--to"];
	expect((await home.berth(...args, "own/it")).stderr).toMatch(
		/^Note: own@.*\/make\/1 published at "own\/it", and that task puts its own there when it runs again\. "berth rollback own\/it" takes this promotion back/m,
	);
	expect((await home.berth(...args, "own/other")).stderr).not.toContain("Note");
	await done("run", "own");
	expect(await textAt("own/it")).toBe("mine");
});

test("it is brought back, too, where somebody has removed it from its path", async () => {
	await promote("2026-11-20", "removed");
	for (const again of [
		() => promote("2026-11-20", "removed"),
		() => done("rollback", "removed", "--to", "0"),
	]) {
		await rm(home.at("data/removed"));
		expect(await again()).toContain("nothing to do");
		expect(await textAt("removed")).toBe("2026-11-20");
	}
	expect(await home.json("history", "removed")).toHaveLength(1);
});

test("what cannot be promoted is told with what to do", async () => {
	await promote("2026-11-20", "alone");
	const told = async (...args: string[]) => {
		const { code, stderr } = await home.berth(...args);
		return `${code}: ${stderr.trim()}`;
	};
	const to = ["--to", "alone"];
	expect(await told("promote", "models/2026-11-21/model", ...to)).toBe(
		'2: Nothing is published at "models/2026-11-21/model". "berth artifacts" lists what is.',
	);
	expect(await told("promote", "models/2026-11-20", ...to)).toBe(
		'2: Nothing is published at "models/2026-11-20" itself, but below it: models/2026-11-20/model. Name one of them.',
	);
	expect(await told("promote", "models/2026-11-20/model/x.txt", ...to)).toBe(
		'2: "models/2026-11-20/model/x.txt" is only a part of "models/2026-11-20/model", which is published as a whole. Name that, or let a task publish the part.',
	);
	expect(await told("promote", "alone", ...to)).toBe(
		'2: "alone" cannot be promoted to itself. Name the path that is to hold it with --to.',
	);
	expect(
		await told("promote", "models/2026-11-20/model", "--to", "../x"),
	).toContain('2: "../x" is not a path below the data directory');
	expect(
		await told("promote", "models/2026-11-20/model", "--to", "models"),
	).toContain(
		'1: Cannot publish to "models": "models/2026-11-19/model" is published already',
	);
	expect(await told("promote", "models/2026-11-20/model")).toContain(
		"required option '--to <path>' not specified",
	);
	expect(await told("rollback", "alone")).toBe(
		'1: "alone" never held anything else than it holds now. "berth history alone" shows all that was there.',
	);
	expect(await told("rollback", "alone", "--to", "#999")).toBe(
		'2: The history of "alone" has no entry "#999". "berth history alone" lists them.',
	);
	expect(await told("rollback", "alone", "--to", "yesterday")).toContain(
		'2: "yesterday" names no one entry',
	);
	expect(await told("history", "models")).toBe(
		'2: Nothing was ever published at "models". Below it there is models/2026-11-19/model, models/2026-11-20/model, models/production. "berth artifacts" lists what is.',
	);
	for (const words of [
		["history", "alnoe"],
		["rollback", "alnoe"],
		["promote", "alnoe", "--to", "x"],
		["lineage", "alnoe"],
		["diff", "alnoe", "alone"],
	])
		expect(await told(...words)).toContain(' Did you mean "alone"? "berth ');
	expect(await told("lineage", "models/2026-11-20/")).toContain(
		"Below it there is models/2026-11-20/model.",
	);
});

test("a retry of a run carries its promotion over", async () => {
	await home.write(
		"pipelines/release.ts",
		`import { pipeline } from "berth";
export default pipeline("release", {}, ({ container, promote }) => {
	const released = promote("models/2026-11-20/model", "released");
	container("check", { image: "tool", command: ["exit-unless", ${JSON.stringify(home.at("gate"))}], in: { released } });
});
`,
	);
	await promote("2026-11-19", "released");
	expect(await home.berth("run", "release")).toMatchObject({ code: 1 });
	await done("rollback", "released");
	await home.write("gate", "");
	await done("retry", "release");
	const history = await home.json<HistoryView[]>("history", "released");
	expect(history.map(({ how }) => how)).toEqual([
		"rolled-back",
		"promoted",
		"promoted",
	]);
	expect(await textAt("released")).toBe("2026-11-19");
});

test("without a server whoever promotes owns the folder, with no word about an engine", async () => {
	const alone = await aHome({ BERTH_RUNTIME: "local" });
	await alone.pipeline("train", TRAIN);
	await alone.berth("run", "train", "--date", "2026-11-20");
	const promoted = await alone.berth(
		...["promote", "models/2026-11-20/model", "--to", PRODUCTION],
	);
	expect(promoted).toMatchObject({
		code: 0,
		stderr: expect.not.stringContaining("Runtime"),
	});
	const [now] = await alone.json<HistoryView[]>("history", PRODUCTION);
	expect(now).toMatchObject({ by: userInfo().username, how: "promoted" });
});
