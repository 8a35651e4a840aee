import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { WhyView } from "../../orchestrator/api/explaining.ts";
import { why } from "../../orchestrator/api/why.ts";
import { removeTree } from "../../orchestrator/artifacts/remove-tree.ts";
import { systemClock } from "../../orchestrator/engine/clock.ts";
import type {
	CachePolicy,
	ContainerWork,
	Plan,
} from "../../orchestrator/model/plan.ts";
import type {
	DataPath,
	Instant,
	RunId,
	TaskName,
} from "../../orchestrator/model/words.ts";
import { anEngine } from "../rig/an-engine.ts";
import type { EngineRig } from "../rig/engine-rig.ts";
import { aPlan, aPromotion, aSensor, aTask, named } from "../rig/plans.ts";
import type { Puppet } from "../rig/puppet.ts";

let puppet: Puppet;
let rig: EngineRig;
let ahead = 0;
const clock = {
	...systemClock,
	now: () => (systemClock.now() + ahead) as Instant,
};

beforeEach(() => {
	ahead = 0;
	({ puppet, rig } = anEngine({ clock }));
	give("raw/data.csv", "a,b");
});

function give(path: string, text: string): void {
	const file = join(rig.data, path);
	rmSync(file, { force: true });
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, text);
}

/** A pipeline of one task that reads raw/. */
const train = (seed = 42, work: Partial<ContainerWork> = {}): Plan => ({
	...aPlan(
		aTask("train", {
			work: {
				image: "trainer",
				cache: { kind: "always" },
				command: ["--seed", `${seed}`],
				in: { raw: { from: "path", path: "raw" } },
				out: { model: "models/new" as DataPath },
				...work,
			},
		}),
	),
	params: { seed },
});

let runs = 0;
async function run(
	plan: Plan,
	code: number | null = 0,
	warning: string | null = null,
): Promise<RunId> {
	const id = await rig.begin(plan, `p@2026-11-20~${++runs}`);
	if (code !== null) {
		const job = await puppet.next("train");
		job.write("/out/model/model.json", `model ${runs}`);
		job.exit(code, warning);
	}
	await rig.settled(id);
	return id;
}

async function asked(id: RunId, task = "train"): Promise<WhyView> {
	const view = await find(id, task);
	if (!view) throw new Error("There is no such task.");
	return view;
}

const find = (id: RunId, task: string): Promise<WhyView | null> =>
	why({ ...rig, signal: new AbortController().signal }, id, task as TaskName);

const told = ({ differences }: WhyView): readonly string[] =>
	differences.map(({ sentence }) => sentence);

test("what never ran before is computed, and compared with nothing", async () => {
	expect(await asked(await run(train()))).toMatchObject({
		verdict: "miss",
		because: "It never ran before, as far as berth remembers.",
		compared: null,
		differences: [],
	});
});

test("what is unchanged says since whom", async () => {
	const first = await run(train());
	const view = await asked(await run(train(), null));
	expect(view).toMatchObject({
		verdict: "hit",
		since: { attempt: `${first}/train/1` },
		differences: [],
	});
	expect(view.because).toBe(
		`Unchanged since ${first}/train/1 (${view.since?.at}).`,
	);
});

test("what changed is told against the most similar attempt, which need not be the latest", async () => {
	const first = await run(train(42));
	give("raw/data.csv", "c,d");
	await run(train(7, { env: { LEVEL: "debug" } }));
	give("raw/data.csv", "a,b");
	const view = await asked(await run(train(43)));
	expect(view).toMatchObject({
		verdict: "miss",
		because: "What it is made from has changed.",
		compared: { attempt: `${first}/train/1`, run: first, ending: "exited" },
	});
	expect(told(view)).toEqual(["param seed 42 → 43 (in its command)"]);
});

test("of an input of several files from outside, it says which were written again or added", async () => {
	give("raw/target.csv", "1");
	await run(train());
	give("raw/data.csv", "a,b,c");
	expect(told(await asked(await run(train())))).toEqual([
		"input raw: raw has new content (data.csv changed)",
	]);
	give("raw/notes.txt", "new");
	expect(told(await asked(await run(train())))).toEqual([
		"input raw: raw has new content (notes.txt added)",
	]);
});

test("of an input that was published, its files are compared", async () => {
	const plan = (text: string): Plan =>
		aPlan(
			aTask("prepare", {
				work: { command: [text], out: { table: "table" as DataPath } },
			}),
			...train(42, {
				in: {
					raw: { from: "output", task: named("prepare"), output: "table" },
				},
			}).tasks.map((task) => ({ ...task, after: [named("prepare")] })),
		);
	const both = async (text: string): Promise<RunId> => {
		const id = await rig.begin(plan(text), `p@2026-11-20~${++runs}`);
		const job = await puppet.next("prepare");
		job.write("/out/table/table.csv", text);
		job.write("/out/table/same.csv", "same");
		job.exit(0);
		const next = await puppet.next("train");
		next.write("/out/model/model.json", text);
		next.exit(0);
		await rig.settled(id);
		return id;
	};
	await both("one");
	expect(told(await asked(await both("two")))).toEqual([
		"input raw: table has new content (table.csv changed)",
	]);
});

test("what is never cached says why, and still what changed", async () => {
	const cache: CachePolicy = { kind: "never", because: "it has a network" };
	await run(train(42, { cache }));
	const view = await asked(await run(train(43, { cache })));
	expect(view.because).toBe("It is not cached, because it has a network.");
	expect(told(view)).toEqual(["param seed 42 → 43 (in its command)"]);
});

test("what was asked to be computed anew says so", async () => {
	await run(train());
	const view = await asked(
		await run(train(42, { cache: { kind: "refresh" } })),
	);
	expect(view).toMatchObject({
		because: "It was asked to be computed anew (--no-cache).",
		differences: [],
	});
});

test("when the same failed before, that is the reason", async () => {
	const failed = await run(train(), 3);
	expect(await asked(await run(train()))).toMatchObject({
		verdict: "miss",
		because: expect.stringContaining(
			`${failed}/train/1 was made from the same, but gave nothing that could stand in: It exited with code 3.`,
		),
	});
});

test("another try of the same task is told as the first one would be", async () => {
	const first = await run(train(42));
	const plan = train(43);
	const [task] = plan.tasks;
	if (!task) throw new Error("The plan has no task.");
	const retries = { times: 1, backoffMs: 1 };
	const id = await rig.begin(
		{ ...plan, tasks: [{ ...task, retries }] },
		`p@2026-11-20~${++runs}`,
	);
	(await puppet.next("train")).exit(3);
	const again = await puppet.next("train");
	again.write("/out/model/model.json", "model");
	again.exit(0);
	await rig.settled(id);
	const view = await asked(id);
	expect(view).toMatchObject({
		attempt: `${id}/train/2`,
		compared: { attempt: `${first}/train/1` },
	});
	expect(told(view)).toEqual(["param seed 42 → 43 (in its command)"]);
});

test("who waited for it and took over what it gave is nothing to compare it with, whatever the clock said", async () => {
	ahead = 60_000;
	const first = await rig.begin(train(), "p@2026-11-20~first");
	const job = await puppet.next("train");
	ahead = 0;
	const second = await rig.begin(train(), "p@2026-11-20~second");
	await rig.until((run) => {
		const state = run.tasks.get(named("train"));
		const note = state?.status === "preparing" ? state.note : null;
		return run.id === second && !!note?.includes("is doing the same");
	});
	job.write("/out/model/model.json", "model");
	job.exit(0);
	await rig.settled(first);
	await rig.settled(second);
	expect(await asked(second)).toMatchObject({
		verdict: "hit",
		since: { attempt: `${first}/train/1` },
	});
	expect(await asked(first)).toMatchObject({
		because: "It never ran before, as far as berth remembers.",
		compared: null,
	});
});

test("when the same ended with a warning before, that is the reason", async () => {
	const warned = await run(train(), 0, "A process of it was killed.");
	const { because } = await asked(await run(train()));
	expect(because).toContain(
		`${warned}/train/1 was made from the same, but what it gave does not stand in, because it ended with a warning: A process of it was killed.`,
	);
});

test("a result that is too old, or gone, is told as that", async () => {
	const first = await run(train());
	ahead = 3_600_000;
	const cache: CachePolicy = { kind: "for", ms: 1_800_000 };
	await run(train(), null);
	const old = await asked(await run(train(42, { cache })));
	expect(old.because).toContain(
		"is older than the 30 min for which it may stand in",
	);
	const { object } = (await rig.store.newest("models/new" as DataPath)) ?? {};
	await removeTree(join(rig.data, ".berth/objects", `${object}`));
	const gone = await asked(await run(train()));
	expect(gone.because).toContain("was not there any more");
	expect(first).not.toBe(gone.run);
});

test("a result that does not fit what the task declares now is told as that", async () => {
	await run(train());
	const result = { type: "object", required: ["rows"] };
	const id = await rig.begin(train(42, { result }), "p@2026-11-20~declared");
	const job = await puppet.next("train");
	job.write("/out/model/model.json", "m");
	job.write("/result/result.json", '{"rows":1}');
	job.exit(0);
	await rig.settled(id);
	expect((await asked(id)).because).toContain(
		"Nothing has changed but the result that the task declares",
	);
});

test("tasks that compute nothing, and those that never began, have one sentence", async () => {
	const plan = aPlan(
		aSensor("look", { work: { in: "raw" } }),
		aTask("train", {
			after: ["look"],
			work: { out: { model: "models/new" as DataPath } },
		}),
		aTask("last", { after: ["train"] }),
		aPromotion("promote", { after: ["train"] }),
	);
	const id = await run(plan, 1);
	expect((await asked(id, "look")).because).toContain("It is a sensor");
	expect((await asked(id, "promote")).because).toContain("It is a promotion");
	expect(await asked(id, "last")).toMatchObject({
		verdict: "none",
		attempt: null,
		because: "It was skipped, so nothing was looked up.",
	});
	expect(await find(id, "other")).toBeNull();
});

test("what could not be prepared says so", async () => {
	puppet.lack("trainer");
	expect((await asked(await run(train(), null))).because).toContain(
		'There is no image "trainer".',
	);
});
