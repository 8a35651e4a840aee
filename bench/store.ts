// What many objects cost: a run of 1,000 tasks that publish an object each, and the same run unchanged, in a store of a few objects and in one of
// 100,000; and how long gc takes to look at all of them, and holds up everything else. Real SQLite, real folders, fake containers.
//   node bench/store.ts [objects]
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../orchestrator/engine/clock.ts";
import { GarbageCollector } from "../orchestrator/engine/garbage-collector.ts";
import { beginRun } from "../orchestrator/model/begin.ts";
import type { Event } from "../orchestrator/model/events.ts";
import { evolve } from "../orchestrator/model/evolve.ts";
import type { Plan } from "../orchestrator/model/plan.ts";
import type {
	DataPath,
	Fingerprint,
	ObjectHash,
	RunId,
	TaskName,
} from "../orchestrator/model/words.ts";
import { EngineRig } from "../test/rig/engine-rig.ts";
import { aPlan, aPrepared, aTask, instant } from "../test/rig/plans.ts";
import { Puppet } from "../test/rig/puppet.ts";

const objects = Number(process.argv[2] ?? 100_000);
const SIZE = 1_000;
const puppet = new Puppet();
puppet.auto((job, task) => {
	task.write("/out/o/value", job.command.join());
	return 0;
});
const rig = new EngineRig(puppet, { slots: 16 });
let runs = 0;
try {
	await secondsOf(planOf(0)); // the first one compiles
	const few = [await secondsOf(planOf(1)), await secondsOf(planOf(1))];
	for (let batch = 2; batch * SIZE < objects; batch++) await fill(batch);
	execFileSync("sync"); // else the next to wait for the disk waits for all of that
	const last = planOf(objects / SIZE);
	const many = [await secondsOf(last), await secondsOf(last)];
	for (const [i, what] of ["computed", "unchanged"].entries())
		console.log(
			`${what.padEnd(10)} ${rate(few[i])} tasks/s beside ${2 * SIZE} objects, ${rate(many[i])} beside ${objects}`,
		);
	console.log(`berth gc --dry-run of ${objects} objects: ${await held(true)}`);
	console.log(
		`berth gc, until ${SIZE} of about ${objects / 2} are removed: ${await held(false)}`,
	);
} finally {
	await rig.remove();
}

/** Tasks that each publish an object of their own. */
function planOf(batch: number): Plan {
	const tasks = Array.from({ length: SIZE }, (_, i) =>
		aTask(`t${i}`, {
			work: {
				command: [`${batch}/${i}`],
				out: { o: `made/${batch}/${i}` as DataPath },
				cache: { kind: "always" },
			},
		}),
	);
	return aPlan(...tasks);
}

async function secondsOf(plan: Plan): Promise<number> {
	const began = performance.now();
	const id = await rig.begin(plan, `p@2026-11-20~${++runs}`);
	const { status } = await rig.settled(id);
	if (status !== "succeeded") throw new Error(`${id} ${status}`);
	return (performance.now() - began) / 1000;
}

/** A batch as if it had been run before, without its containers and without waiting for the disk. */
async function fill(batch: number): Promise<void> {
	const plan = planOf(batch);
	const id = `p@2026-11-19~${batch}` as RunId;
	const at = instant(0);
	await rig.store.create({
		id,
		plan,
		trigger: { kind: "hand" },
		createdAt: at,
		carried: [],
	});
	const events: Event[] = [{ type: "run-begun", at }];
	for (const [i, { name }] of plan.tasks.entries())
		events.push(...lifeOf(name, batch * SIZE + i));
	const run = events.reduce(evolve, beginRun({ id, plan }));
	await rig.store.commit([{ run, events }]);
	const made = await rig.store.unprojected();
	await rig.store.markProjected(made.map(({ id }) => id));
}

function lifeOf(task: TaskName, n: number): Event[] {
	const of = { task, attempt: 1, at: instant(0) };
	const object = n.toString(16).padStart(64, "0") as ObjectHash;
	const folder = join(rig.data, ".berth/objects", object);
	mkdirSync(folder);
	writeFileSync(join(folder, "value"), `${n}`);
	const path = `made/${Math.floor(n / SIZE / 2)}/${n % SIZE}` as DataPath;
	const o = { path, object, bytes: 10, files: 1 };
	const fingerprint = `f${n}` as Fingerprint;
	const prepared = { ...aPrepared(), contents: {}, fingerprint };
	return [
		{ type: "attempt-scheduled", ...of },
		{ type: "prepared", ...of, prepared },
		{ type: "attempt-admitted", ...of },
		{ type: "started", ...of },
		{ type: "exited", ...of, code: 0, warning: null },
		{
			type: "published",
			...of,
			value: { outputs: { o }, result: null, found: null },
		},
		{ type: "released", ...of },
	];
}

/** How long it takes, and the longest time in which it let nothing else be done: on a busy machine others have taken part of that, but not of what was computed. */
async function held(isDry: boolean): Promise<string> {
	const delay = monitorEventLoopDelay({ resolution: 1 });
	let [before, most] = [process.threadCpuUsage(), 0];
	const turns = setInterval(() => {
		const now = process.threadCpuUsage();
		most = Math.max(most, now.user + now.system - before.user - before.system);
		before = now;
	}, 1);
	delay.enable();
	const began = performance.now();
	await collect(isDry);
	const seconds = ((performance.now() - began) / 1000).toFixed(1);
	await sleep(5); // else the last delay is not seen
	delay.disable();
	clearInterval(turns);
	return `${seconds} s, and nothing else was done for at most ${(delay.max / 1e6).toFixed(0)} ms of them (${(most / 1e3).toFixed(0)} ms computing)`;
}

async function collect(isDry: boolean): Promise<void> {
	const collector = new GarbageCollector({
		store: rig.store.garbage,
		artifacts: rig.artifacts,
		now: systemClock.now,
	});
	const policy = { newest: 1, youngerThanMs: 0 };
	const never = new AbortController().signal;
	for await (const told of collector.collect({ policy, isDry }, never))
		if (told.kind === "progress" && told.removed >= SIZE) return;
}

function rate(seconds = Number.NaN): string {
	return (SIZE / seconds).toFixed(0).padStart(5);
}
