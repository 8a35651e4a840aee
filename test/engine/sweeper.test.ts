import { existsSync, readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Reading } from "../../orchestrator/api/reading.ts";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import { FolderCatalogue } from "../../orchestrator/define/catalogue.ts";
import { systemClock } from "../../orchestrator/engine/clock.ts";
import { type SweepParts, sweep } from "../../orchestrator/engine/sweeper.ts";
import { restoreRun } from "../../orchestrator/model/begin.ts";
import { containerName } from "../../orchestrator/model/names.ts";
import type {
	AttemptId,
	ContainerName,
	RunId,
} from "../../orchestrator/model/words.ts";
import type { Stray } from "../../orchestrator/runtimes/port.ts";
import { EngineRig, INSTANCE } from "../rig/engine-rig.ts";
import { aPlan, aTask, instant, named } from "../rig/plans.ts";
import { Puppet } from "../rig/puppet.ts";
import type { PuppetTask } from "../rig/puppet-task.ts";

let puppet: Puppet;
let rig: EngineRig;
let swept: string[];
let troubles: string[];

beforeEach(() => {
	puppet = new Puppet();
	rig = new EngineRig(puppet);
	swept = [];
	troubles = [];
});
afterEach(() => rig.remove());

const artifacts = () =>
	new FileArtifacts({
		data: rig.data,
		publications: rig.store,
		user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
	});

const sweepNow = (change: Partial<SweepParts> = {}) =>
	sweep({
		runtime: puppet,
		artifacts: artifacts(),
		logs: rig.logs,
		keepLogsMs: Number.POSITIVE_INFINITY,
		active: () => rig.store.active(),
		instance: INSTANCE,
		now: systemClock.now,
		onSwept: (text) => swept.push(text),
		onTrouble: (text) => troubles.push(text),
		...change,
	});

test("what a live task owns is never touched", async () => {
	const id = await rig.begin(aPlan(aTask("train")));
	const train = await puppet.next("train");
	await sweepNow();
	expect(swept).toEqual([]);
	train.exit(0);
	expect((await rig.settled(id)).status).toBe("succeeded");
});

test("a container of ours that no task owns is removed, and told", async () => {
	const id = await rig.begin(aPlan(aTask("train")));
	const train = await puppet.next("train");
	await rig.engine.close();
	const forgetful = new EngineRig(puppet);
	await sweepNow({ active: () => forgetful.store.active() });
	await forgetful.remove();
	expect(await puppet.list()).toEqual([]);
	expect(swept).toEqual([expect.stringContaining(train.job.name)]);
	expect(swept[0]).toContain(`${id}/train/1`);
});

test("staging that was kept for inspection goes after a week", async () => {
	const attempt = containerName(INSTANCE, RUN, named("train"), 1);
	const folder = await staged(attempt);
	await artifacts().discard(attempt, true);
	age(folder, 6);
	await sweepNow();
	expect(existsSync(folder)).toBe(true);
	age(folder, 8);
	await sweepNow();
	expect(existsSync(folder)).toBe(false);
});

test("a log goes when its run is over and it is as old as it may get, and who asks for it is told", async () => {
	const over = await aLog("over", (task) => task.exit(0));
	const going = await aLog("going");
	const then = Date.now() / 1000 - 91 * 86_400;
	for (const { file } of [over, going]) utimesSync(file, then, then);
	await sweepNow({ keepLogsMs: Number.POSITIVE_INFINITY });
	expect(existsSync(over.file)).toBe(true);
	await sweepNow({ keepLogsMs: 92 * DAY_MS });
	expect(existsSync(over.file)).toBe(true);
	await sweepNow({ keepLogsMs: 90 * DAY_MS });
	expect([over, going].map(({ file }) => existsSync(file))).toEqual([
		false,
		true,
	]);
	expect(swept).toContain(
		"Removed 1 logs that are older than BERTH_KEEP_LOGS.",
	);
	const reading = new Reading({
		store: rig.store,
		artifacts: rig.artifacts,
		logs: rig.logs,
		catalogue: new FolderCatalogue({ folder: rig.data, zone: "UTC" }),
		instance: INSTANCE,
		now: systemClock.now,
	});
	const read = (run: RunId) =>
		Array.fromAsync(reading.logs({ run, task: named("train"), follow: false }));
	await expect(read(over.run)).rejects.toThrow(
		/^The log of task "train" \(attempt 1, ended .*\) is not there any more: .*BERTH_KEEP_LOGS/,
	);
	expect(await read(going.run)).toMatchObject([{ text: "going" }]);
	going.task.exit(0);
	await rig.settled(going.run);
});

/** The log of a run that has printed a line. */
async function aLog(text: string, then = (_: PuppetTask): void => undefined) {
	const run = await rig.begin(aPlan(aTask("train")), `p@2026-11-20~${text}`);
	const task = await puppet.next("train");
	task.print(text);
	then(task);
	if (text === "over") await rig.settled(run);
	const file = join(rig.data, ".berth/logs", `${task.job.name}.log`);
	await expect
		.poll(() => existsSync(file) && statSync(file).size)
		.toBeGreaterThan(0);
	return { run, task, file };
}

const DAY_MS = 86_400_000;

test("the attempt that a task may make next is owned already, as is what it owes", async () => {
	const run = restoreRun({
		id: RUN,
		plan: aPlan(aTask("waits"), aTask("rests"), aTask("owes")),
		begun: instant(1),
		cancelled: null,
		tasks: [
			[named("rests"), { ...TRIED, status: "resting" }],
			[named("owes"), { status: "cancelled", at: instant(1) }],
		],
		owed: [[named("owes"), [{ attempt: 3, keep: false }]]],
	});
	const owned = ["waits/1", "rests/2", "owes/3"];
	const free = ["waits/2", "rests/3", "owes/4"];
	const folders = new Map<string, string>();
	for (const one of [...owned, ...free]) {
		const [task = "", attempt] = one.split("/");
		const name = containerName(INSTANCE, RUN, named(task), Number(attempt));
		folders.set(one, await staged(name));
	}
	for (const folder of folders.values()) age(folder, 8);
	await sweepNow({ active: async () => [run] });
	const left = [...folders].filter(([, folder]) => existsSync(folder));
	expect(left.map(([one]) => one)).toEqual(owned);
});

test("what begins while it looks is left alone, whenever that is", async () => {
	const before = await rig.begin(aPlan(aTask("before")), "p@2026-11-20~1");
	await puppet.next("before");
	const tasks: PuppetTask[] = [];
	await sweepNow({
		active: async () => {
			await rig.begin(aPlan(aTask("between")), "p@2026-11-20~2");
			tasks.push(await puppet.next("between"));
			const active = await rig.store.active();
			await rig.begin(aPlan(aTask("after")), "p@2026-11-20~3");
			return active;
		},
	});
	expect({ swept, troubles }).toEqual({ swept: [], troubles: [] });
	expect((await puppet.list()).map(({ name }) => name)).toContain(
		tasks[0]?.job.name,
	);
	await rig.engine.close();
	expect((await rig.detail(before)).status).toBe("running");
});

test("what ends while it looks is removed once, by whoever is first", async () => {
	const id = await rig.begin(aPlan(aTask("train")));
	const train = await puppet.next("train");
	await sweepNow({
		active: async () => {
			train.exit(0);
			await rig.settled(id);
			return rig.store.active();
		},
	});
	expect(await puppet.list()).toEqual([]);
	expect((await rig.detail(id)).status).toBe("succeeded");
	expect(puppet.complaints).toEqual([]);
});

test("what one attempt left is kept for the next, which may be about to take it up", async () => {
	const id = await rig.begin(aPlan(aTask("train", { retries: 1 })));
	const train = await puppet.next("train");
	const second = containerName(INSTANCE, id, named("train"), 2);
	const attempt = `${id}/train/2` as AttemptId;
	await puppet.launch({ ...train.job, name: second, attempt });
	await sweepNow();
	expect(await puppet.list()).toHaveLength(2);
	await puppet.remove(second);
	await rig.engine.close();
});

test("networks, volumes and containers without an attempt go, unless a run says that it needs them", async () => {
	const id = await rig.begin(aPlan(aTask("train")));
	const train = await puppet.next("train");
	const old = instant(0);
	const of = (attempt: string | null, run: string | null) => ({
		attempt: attempt as AttemptId | null,
		run: run as RunId | null,
		createdAt: old,
	});
	const live = [
		aStray("network", { ...of(train.job.attempt, id) }),
		aStray("volume", { ...of(null, id) }),
		aStray("container", { createdAt: systemClock.now() }),
	];
	const left = [
		aStray("network", { ...of(`${id}/train/7`, id) }),
		aStray("network", {}),
		aStray("volume", { ...of(null, "p@2026-01-01~1") }),
		aStray("container", {}),
	];
	for (const stray of [...live, ...left]) puppet.strew(stray);
	await sweepNow();
	expect(await puppet.strays()).toEqual(live);
	expect(swept).toEqual(
		left.map(({ kind, name }) => expect.stringContaining(`${kind} ${name}`)),
	);
	await rig.engine.close();
});

test("what cannot be removed is told, and keeps nothing else", async () => {
	const orphans = ["a", "b"].map((task) =>
		containerName(INSTANCE, RUN, named(task), 1),
	);
	const [stuck = "", free = ""] = orphans;
	const there = orphans.map((name) => ({
		name: name as ContainerName,
		attempt: `${RUN}/${name}/1` as AttemptId,
		running: false,
	}));
	puppet.strew(aStray("network", {}));
	const folder = await staged(free as ContainerName);
	age(folder, 8);
	const removing: string[] = [];
	await sweepNow({
		runtime: Object.assign(puppet, {
			list: async () => there,
			remove: async (name: string) => {
				if (name === stuck) throw new Error("It is in use.");
				removing.push(name);
			},
		}),
	});
	expect(removing).toEqual([free]);
	expect(await puppet.strays()).toEqual([]);
	expect(existsSync(folder)).toBe(false);
	expect(troubles).toEqual([
		expect.stringMatching(`Could not remove the container ${stuck}.*in use`),
	]);
});

test("an engine that does not answer is told of once, and the folders are swept all the same", async () => {
	const folder = await staged(containerName(INSTANCE, RUN, named("a"), 1));
	age(folder, 8);
	puppet.cut();
	await sweepNow();
	puppet.mend();
	expect(troubles).toHaveLength(1);
	expect(existsSync(folder)).toBe(false);
});

let strewn = 0;
const aStray = (kind: Stray["kind"], change: Partial<Stray>): Stray => ({
	kind,
	id: `${++strewn}`,
	name: `${kind}-${strewn}`,
	attempt: null,
	run: null,
	createdAt: instant(0),
	...change,
});

const RUN = "p@2026-11-20~1" as RunId;
const TRIED = {
	attempt: 1,
	tally: { failed: 1, lost: 0 },
	until: instant(2),
	ending: { kind: "exited", code: 1, message: "It exited with 1." },
} as const;

async function staged(name: ContainerName): Promise<string> {
	const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
	await artifacts().stage(name, [], user);
	return join(rig.data, ".berth/staging", name);
}

/** As if nobody had touched it, or what is in it, for so many days. */
function age(folder: string, days: number): void {
	const then = Date.now() / 1000 - days * 86_400;
	for (const name of readdirSync(folder))
		utimesSync(join(folder, name), then, then);
	utimesSync(folder, then, then);
}
