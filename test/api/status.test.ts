import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { ForecastView } from "../../orchestrator/api/explaining.ts";
import { status } from "../../orchestrator/api/status.ts";
import { systemClock } from "../../orchestrator/engine/clock.ts";
import { foresee } from "../../orchestrator/engine/foresee.ts";
import type {
	CachePolicy,
	ContainerWork,
	Plan,
} from "../../orchestrator/model/plan.ts";
import type { DataPath, RunId } from "../../orchestrator/model/words.ts";
import { WorldSensors } from "../../orchestrator/sensors/world-sensors.ts";
import { anEngine } from "../rig/an-engine.ts";
import { type EngineRig, INSTANCE } from "../rig/engine-rig.ts";
import { aPlan, aPromotion, aSensor, aTask, named } from "../rig/plans.ts";
import type { Puppet } from "../rig/puppet.ts";

let puppet: Puppet;
let rig: EngineRig;

beforeEach(() => {
	({ puppet, rig } = anEngine());
	give("raw/data.csv", "a,b");
});

function give(path: string, text: string): void {
	const file = join(rig.data, path);
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, text);
}

const ALWAYS: CachePolicy = { kind: "always" };

/** look → prepare → train, and a report that reads nothing. */
const pipeline = (seed = 42, train: Partial<ContainerWork> = {}): Plan => ({
	...aPlan(
		aSensor("look", { work: { in: "raw" } }),
		aTask("prepare", {
			after: ["look"],
			work: {
				image: "preprocessor",
				cache: ALWAYS,
				in: { raw: { from: "sensor", task: named("look") } },
				out: { table: "table" as DataPath },
			},
		}),
		aTask("train", {
			after: ["prepare"],
			work: {
				image: "trainer",
				cache: ALWAYS,
				command: [`--seed=${seed}`],
				in: { t: { from: "output", task: named("prepare"), output: "table" } },
				out: { model: "model" as DataPath },
				...train,
			},
		}),
		aTask("tell", {
			after: ["train"],
			work: { cache: { kind: "never", because: "it has a network" } },
		}),
	),
	params: { seed },
});

let runs = 0;
async function run(plan: Plan): Promise<RunId> {
	const id = await rig.begin(plan, `p@2026-11-20~${++runs}`);
	for (const { name, work } of plan.tasks) {
		if (work.kind !== "container") continue;
		const job = await puppet.next(name);
		for (const output of Object.keys(work.out))
			job.write(`/out/${output}/x.txt`, name);
		job.exit(0);
	}
	await rig.settled(id);
	return id;
}

async function asked(
	plan: Plan,
	only?: readonly string[],
): Promise<readonly ForecastView[]> {
	const { store, artifacts } = rig;
	const clock = systemClock;
	const { now } = clock;
	const parts = {
		artifacts,
		runtime: puppet,
		sensors: new WorldSensors({ artifacts, publications: store, clock }),
		results: store,
		publications: store,
		instance: INSTANCE,
		now,
	};
	const { signal } = new AbortController();
	const [view] = await status(
		{
			store,
			artifacts,
			now,
			signal,
			catalogue: { plan: async () => plan, list: async () => [] },
			foresee: (of, until) => foresee(of, parts, until),
		},
		{ pipeline: "p", params: {}, ...(only && { only }) },
	);
	return view?.tasks ?? [];
}

const outcomes = (views: readonly ForecastView[]): Record<string, string> =>
	Object.fromEntries(views.map(({ name, outcome }) => [name, outcome]));

const of = (views: readonly ForecastView[], task: string): ForecastView => {
	const view = views.find(({ name }) => name === task);
	if (!view) throw new Error(`There is no ${task}.`);
	return view;
};

test("before anything ran, the first task would run, and what needs it depends on it", async () => {
	const views = await asked(pipeline());
	expect(outcomes(views)).toEqual({
		look: "found",
		prepare: "runs",
		train: "depends",
		tell: "runs",
	});
	expect(of(views, "look").because).toBe("raw/data.csv");
	expect(of(views, "prepare").because).toMatch(/^It never ran before/);
	expect(of(views, "train").dependsOn).toEqual(["prepare"]);
	expect(of(views, "tell").because).toBe(
		"It is not cached, because it has a network.",
	);
	expect(puppet.launched).toEqual([]);
	expect(await rig.store.runs({})).toEqual([]);
	expect(existsSync(join(rig.data, ".berth/objects"))).toBe(false);
});

test("after a run all is unchanged, and a param that is changed is named", async () => {
	const id = await run(pipeline());
	const views = await asked(pipeline());
	expect(outcomes(views)).toMatchObject({
		prepare: "unchanged",
		train: "unchanged",
	});
	expect(of(views, "train").since).toBe(`${id}/train/1`);
	const changed = of(await asked(pipeline(43)), "train");
	expect(changed).toMatchObject({
		outcome: "runs",
		compared: { attempt: `${id}/train/1` },
	});
	expect(changed.differences.map(({ sentence }) => sentence)).toEqual([
		"param seed 42 → 43 (in its command)",
	]);
	expect(await rig.store.runs({})).toHaveLength(1);
});

test("new content of an input is told where it is read, and what comes after depends on that", async () => {
	await run(pipeline());
	give("raw/data.csv", "c,d,e");
	const views = await asked(pipeline());
	expect(of(views, "prepare").differences).toMatchObject([
		{ sentence: "input raw: raw/data.csv has new content" },
	]);
	expect(of(views, "train").outcome).toBe("depends");
});

test("what a sensor waits for is told, and nobody waits", async () => {
	const plan = aPlan(
		aSensor("look", { work: { in: "inbox", all: ["a.csv"] } }),
		aTask("prepare", {
			after: ["look"],
			work: { in: { raw: { from: "sensor", task: named("look") } } },
		}),
	);
	const views = await asked(plan);
	expect(of(views, "look")).toMatchObject({
		outcome: "waits",
		because: expect.stringContaining("waiting for a.csv in inbox"),
	});
	expect(of(views, "prepare").outcome).toBe("depends");
});

test("an image that is not there would be got first; an input that is missing lets a task not begin", async () => {
	puppet.lack("preprocessor");
	expect(of(await asked(pipeline()), "prepare")).toMatchObject({
		outcome: "runs",
		because: 'There is no image "preprocessor".',
	});
	const plan = aPlan(
		aTask("train", {
			work: { in: { raw: { from: "path", path: "nowhere" } } },
		}),
	);
	expect(of(await asked(plan), "train")).toMatchObject({
		outcome: "fails",
		because: expect.stringContaining('Nothing is at "nowhere"'),
	});
});

test("many files from outside are looked at, and not copied", async () => {
	for (let i = 0; i < 70; i++) give(`many/${i}.csv`, `${i}`);
	const plan = aPlan(
		aTask("train", {
			work: {
				cache: ALWAYS,
				in: { raw: { from: "path", path: "many" } },
				out: { model: "model" as DataPath },
			},
		}),
	);
	expect(outcomes(await asked(plan))).toEqual({ train: "runs" });
	expect(existsSync(join(rig.data, ".berth/objects"))).toBe(false);
	await run(plan);
	const objects = readdirSync(join(rig.data, ".berth/objects"));
	expect(outcomes(await asked(plan))).toEqual({ train: "unchanged" });
	expect(readdirSync(join(rig.data, ".berth/objects"))).toEqual(objects);
});

test("a task that only comes after another does not depend on it, unless it reads a path", async () => {
	const second = (work: Partial<ContainerWork>): Plan =>
		aPlan(
			aTask("first", {
				work: { cache: ALWAYS, out: { a: "first" as DataPath } },
			}),
			aTask("second", { after: ["first"], work }),
		);
	expect(outcomes(await asked(second({})))).toEqual({
		first: "runs",
		second: "runs",
	});
	expect(
		outcomes(
			await asked(second({ in: { raw: { from: "path", path: "raw" } } })),
		),
	).toEqual({ first: "runs", second: "depends" });
});

test("a promotion to a path that holds the object already is unchanged", async () => {
	await run(
		aPlan(aTask("train", { work: { out: { model: "model" as DataPath } } })),
	);
	const from = { from: "path", path: "model" } as const;
	const plan = aPlan(aPromotion("promote", { work: { from } }));
	expect(outcomes(await asked(plan))).toEqual({ promote: "promotes" });
	const promoted = await run(plan);
	expect(of(await asked(plan), "promote")).toMatchObject({
		outcome: "unchanged",
		since: `${promoted}/promote/1`,
	});
});

test("a promotion is told, and only a part can be asked about", async () => {
	const plan = aPlan(
		aTask("train", { work: { out: { model: "model" as DataPath } } }),
		aPromotion("promote", {
			work: { from: { from: "object", object: "a".repeat(64) as never } },
		}),
	);
	expect(of(await asked(plan), "promote")).toMatchObject({
		outcome: "promotes",
		because: "models/production",
	});
	expect(outcomes(await asked(plan, ["train"]))).toEqual({ train: "runs" });
	await expect(asked(plan, ["trian"])).rejects.toThrow(
		'has no task "trian". Did you mean "train"?',
	);
});

test("that an image is older than its folder is told, because a run would go on using it", async () => {
	const resolve = puppet.resolve.bind(puppet);
	puppet.resolve = async (request, note?: (text: string) => void) => {
		note?.("image trainer was built from other files");
		return resolve(request);
	};
	const views = await asked(aPlan(aTask("train"), aSensor("look")));
	expect(views.map(({ note }) => note)).toEqual([
		"image trainer was built from other files",
		null,
	]);
});

test("a runtime that does not answer is told as that", async () => {
	puppet.cut();
	await expect(asked(pipeline())).rejects.toThrow(
		"Which images there are cannot be told now. The puppet does not answer",
	);
	puppet.mend();
});
