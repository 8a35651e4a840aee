import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import { removeTree } from "../../orchestrator/artifacts/remove-tree.ts";
import { stateOf } from "../../orchestrator/model/index-run.ts";
import { PROMOTED, type PromoteWork } from "../../orchestrator/model/plan.ts";
import type {
	DataPath,
	ObjectHash,
	RunId,
	TaskName,
} from "../../orchestrator/model/words.ts";
import type { RunDetail } from "../../orchestrator/store/port.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { anEngine } from "../rig/an-engine.ts";
import { EngineRig } from "../rig/engine-rig.ts";
import { aPlan, aPromotion, aTask, instant, named } from "../rig/plans.ts";
import { Puppet } from "../rig/puppet.ts";

let puppet = new Puppet();
let rig: EngineRig;

const PRODUCTION = "models/production" as DataPath;

/** Artifacts whose claims wait until they are let go, so that something can happen between. */
class HeldArtifacts extends FileArtifacts {
	readonly reached = Promise.withResolvers<void>();
	readonly go = Promise.withResolvers<void>();

	override async reserve(
		...[name, paths]: Parameters<FileArtifacts["reserve"]>
	): Promise<string | null> {
		const taken = await super.reserve(name, paths);
		this.reached.resolve();
		await this.go.promise;
		return taken;
	}
}

function open(options: ConstructorParameters<typeof EngineRig>[1] = {}): void {
	({ puppet, rig } = anEngine(options));
}

async function publish(day: string, text = day): Promise<ObjectHash> {
	const out = { model: `models/${day}` as DataPath };
	const id = await rig.begin(
		aPlan(aTask("train", { work: { out } })),
		`train@${day}`,
	);
	const job = await puppet.next("train");
	job.write("/out/model/weights.json", text);
	job.exit(0);
	const { tasks } = await rig.settled(id);
	const [train] = tasks;
	if (train?.state.status !== "succeeded") throw new Error("It did not train.");
	const { model } = train.state.value.outputs;
	if (!model) throw new Error("It gave no model.");
	return model.object;
}

let runs = 0;
const begin = (
	work: Partial<PromoteWork>,
	{ retries = 0 } = {},
): Promise<RunId> =>
	rig.begin(
		aPlan(aPromotion("release", { work, retries })),
		`p@2026-11-20~${++runs}`,
	);

const promote = async (
	work: Partial<PromoteWork>,
	wish?: { readonly retries: number },
): Promise<RunDetail> => rig.settled(await begin(work, wish));

const fromPath = (path: string): Partial<PromoteWork> => ({
	from: { from: "path", path },
});

const fromObject = (object: ObjectHash): Partial<PromoteWork> => ({
	from: { from: "object", object },
});

/** How the promotion ended, in words. */
function endOf({ tasks }: RunDetail): string {
	const state = tasks.find(({ name }) => name === "release")?.state;
	return state?.status === "failed"
		? `${state.ending.kind}: ${state.ending.message}`
		: String(state?.status);
}

const entries = async (path = PRODUCTION): Promise<readonly string[]> =>
	(await rig.store.history(path)).map(
		({ how, object }) => `${how} ${object.slice(0, 6)}`,
	);

const weights = (path = "models/production"): string =>
	readFileSync(join(rig.data, path, "weights.json"), "utf8");

test("a path is moved to what another path holds, with who made it, and can be read there", async () => {
	open();
	const object = await publish("1", "good");
	const run = await promote(fromPath("models/1"));
	expect(endOf(run)).toBe("succeeded");
	expect(run.tasks[0]?.attempts).toMatchObject([
		{ ending: { kind: "promoted" }, startedAt: null },
	]);
	expect(await rig.store.history(PRODUCTION)).toMatchObject([
		{
			object,
			how: "promoted",
			attempt: `${run.id}/release/1`,
			maker: "train@1/train/1",
		},
	]);
	expect(weights()).toBe("good");
});

test("what a task of the same run made is promoted, and goes on as an input of a later one", async () => {
	open();
	const id = await rig.begin(
		aPlan(
			aTask("train", { work: { out: { model: "models/1" as DataPath } } }),
			aPromotion("release", {
				after: ["train"],
				work: {
					from: { from: "output", task: named("train"), output: "model" },
				},
			}),
			aTask("use", {
				after: ["release"],
				work: {
					in: {
						model: {
							from: "output",
							task: "release" as TaskName,
							output: PROMOTED,
						},
					},
				},
			}),
		),
	);
	const train = await puppet.next("train");
	train.write("/out/model/weights.json", "new");
	train.exit(0);
	const use = await puppet.next("use");
	expect(readFileSync(use.locate("/in/model/weights.json"), "utf8")).toBe(
		"new",
	);
	expect(weights()).toBe("new");
	use.exit(0);
	expect((await rig.settled(id)).status).toBe("succeeded");
});

test("a rollback is told as one", async () => {
	open();
	const [first, second] = [await publish("1"), await publish("2")];
	await promote(fromObject(first));
	await promote(fromObject(second));
	await promote({ ...fromObject(first), rollback: true });
	const short = [first, second].map((object) => object.slice(0, 6));
	expect(await entries()).toEqual([
		`rolled-back ${short[0]}`,
		`promoted ${short[1]}`,
		`promoted ${short[0]}`,
	]);
	expect(weights()).toBe("1");
});

test("an object that is gone is not promoted, and neither is one that never was", async () => {
	open();
	const object = await publish("1");
	await removeTree(join(rig.data, ".berth/objects", object));
	expect(endOf(await promote(fromObject(object)))).toBe(
		`refused: Object ${object} is not there (any more). "berth history" lists what is.`,
	);
	const never = "0".repeat(64) as ObjectHash;
	expect(endOf(await promote(fromObject(never)))).toContain(
		`refused: Object ${never} is not there`,
	);
	expect(endOf(await promote(fromPath("models/1")))).toContain(
		`"models/1" is published, but its object ${object} is gone.`,
	);
	expect(await entries()).toEqual([]);
});

test("a part of an object, files from outside and a path where nothing is are refused", async () => {
	open();
	await publish("1");
	mkdirSync(join(rig.data, "inbox"));
	writeFileSync(join(rig.data, "inbox/a.csv"), "a");
	expect(endOf(await promote(fromPath("models/1/weights.json")))).toBe(
		'refused: Only what a task has published can be promoted, and as a whole: "models/1/weights.json" is only a part of one. Let a task publish it.',
	);
	expect(endOf(await promote(fromPath("inbox/a.csv")))).toBe(
		"refused: Only what a task has published can be promoted, and as a whole: these are files from outside. Let a task publish it.",
	);
	expect(endOf(await promote(fromPath("models/2")))).toContain(
		'Nothing is at "models/2"',
	);
});

test("a path above or below a published one is refused, and tried as often as the plan says", async () => {
	open();
	await publish("1");
	const below = { ...fromPath("models/1"), to: "models/1/best" as DataPath };
	const run = await promote(below, { retries: 1 });
	expect(endOf(run)).toContain(
		'Cannot publish to "models/1/best": "models/1" is published already (by train@1/train/1)',
	);
	expect(run.tasks[0]?.attempts).toHaveLength(2);
	const above = { ...fromPath("models/1"), to: "models" as DataPath };
	expect(endOf(await promote(above))).toContain(
		"one would lie inside the other",
	);
});

test("a cancel lets a promotion that goes on finish", async () => {
	const { artifacts, data, store } = held();
	open({ artifacts, data, store });
	await publishHeld(artifacts);
	const id = await begin(fromPath("models/1"));
	await artifacts.reached.promise;
	rig.engine.observe(id, { type: "cancel-requested", at: instant(Date.now()) });
	await rig.until((run) => run.id === id && run.cancelled !== null);
	artifacts.go.resolve();
	const run = await rig.settled(id);
	expect(endOf(run)).toBe("succeeded");
	expect(await entries()).toHaveLength(1);
});

test("two promotions to one path at once are both recorded, and the path holds the newest", async () => {
	open();
	await publish("1");
	await publish("2");
	const ids = [
		await begin(fromPath("models/1")),
		await begin(fromPath("models/2")),
	];
	const ends = await Promise.all(ids.map((id) => rig.settled(id)));
	expect(ends.map(endOf)).toEqual(["succeeded", "succeeded"]);
	const [newest, ...older] = await rig.store.history(PRODUCTION);
	expect(older).toHaveLength(1);
	await rig.close();
	expect(readlinkSync(join(rig.data, "models/production"))).toContain(
		newest?.object,
	);
	({ rig } = anEngine({ data: rig.data }, puppet));
});

test("killed before it was recorded, a promotion is done again, once", async () => {
	const { artifacts, data, store } = held();
	open({ artifacts, data, store });
	await publishHeld(artifacts);
	const id = await begin(fromPath("models/1"));
	await artifacts.reached.promise;
	// Whoever is killed here has done nothing that anybody else can see.
	await rig.close();
	({ rig } = anEngine({ data }, puppet));
	const [left] = await rig.store.active();
	if (!left) throw new Error("Nothing was left.");
	expect(stateOf(left, named("release")).status).toBe("promoting");
	rig.engine.add(left);
	expect(endOf(await rig.settled(id))).toBe("succeeded");
	expect(await entries()).toHaveLength(1);
	expect(weights()).toBe("1");
});

test("what keeps an object from being removed is there while it is promoted, and goes with it", async () => {
	const { artifacts, data, store } = held();
	open({ artifacts, data, store });
	const object = await publishHeld(artifacts);
	const id = await begin(fromObject(object));
	await artifacts.reached.promise;
	const nobodyNeedsIt = async (): Promise<boolean> => false;
	expect(await artifacts.removeObject(object, nobodyNeedsIt)).toBe(false);
	artifacts.go.resolve();
	expect(endOf(await rig.settled(id))).toBe("succeeded");
	expect(await artifacts.removeObject(object, nobodyNeedsIt)).toBe(true);
});

function held() {
	const made = new EngineRig(puppet);
	const { data } = made;
	const store = openStore(join(data, "berth.db"));
	const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
	made.store.close();
	const artifacts = new HeldArtifacts({ data, publications: store, user });
	return { artifacts, data, store };
}

async function publishHeld(artifacts: HeldArtifacts): Promise<ObjectHash> {
	artifacts.go.resolve();
	const object = await publish("1");
	Object.assign(artifacts, {
		reached: Promise.withResolvers<void>(),
		go: Promise.withResolvers<void>(),
	});
	return object;
}
