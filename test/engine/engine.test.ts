import {
	chmodSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Plan } from "../../orchestrator/model/plan.ts";
import type {
	DataPath,
	RunId,
	TaskName,
} from "../../orchestrator/model/words.ts";
import { RuntimeUnreachable } from "../../orchestrator/runtimes/port.ts";
import { logBeginning } from "../../orchestrator/store/logs-port.ts";
import type { RunDetail } from "../../orchestrator/store/port.ts";
import { anEngine } from "../rig/an-engine.ts";
import type { EngineRig, RigOptions } from "../rig/engine-rig.ts";
import { aPlan, aSensor, aTask } from "../rig/plans.ts";
import { Puppet } from "../rig/puppet.ts";

let puppet: Puppet;
let rig: EngineRig;

async function started(plan: Plan, options: RigOptions = {}): Promise<RunId> {
	({ puppet, rig } = anEngine(options));
	return rig.begin(plan);
}

const table = { table: "processed/table" as DataPath };
const prepare = aTask("prepare", { work: { out: table } });
const train = aTask("train", {
	after: ["prepare"],
	work: {
		in: {
			table: { from: "output", task: "prepare" as TaskName, output: "table" },
		},
		out: { model: "models/model" as DataPath },
	},
});

test("what a task writes is published, and is what the next one reads", async () => {
	const id = await started(aPlan(prepare, train));
	const first = await puppet.next("prepare");
	first.write("/out/table/table.csv", "x,y\n1,2\n");
	first.exit(0);
	const second = await puppet.next("train");
	expect(readFileSync(second.locate("/in/table/table.csv"), "utf8")).toBe(
		"x,y\n1,2\n",
	);
	second.write("/out/model/model.json", "{}");
	second.exit(0);
	expect(statuses(await rig.settled(id))).toEqual({
		prepare: "succeeded",
		train: "succeeded",
	});
	expect(published("processed/table/table.csv")).toBe("x,y\n1,2\n");
	expect(published("models/model/model.json")).toBe("{}");
});

test("of two runs that publish above and below one path at once, one is rejected", async () => {
	const plan = (task: string, path: string) =>
		aPlan(aTask(task, { work: { out: { it: path as DataPath } } }));
	const first = await started(plan("above", "k3"));
	const second = await rig.begin(plan("below", "k3/sub"), "p@2026-11-20~2");
	const tasks = [await puppet.next("above"), await puppet.next("below")];
	for (const task of tasks) task.write("/out/it/a.txt", "a");
	for (const task of tasks) task.exit(0);
	const runs = [await rig.settled(first), await rig.settled(second)];
	expect(runs.flatMap(endings).toSorted()).toEqual(["exited", "rejected"]);
	expect(await rig.store.published("")).toHaveLength(1);
	const rejected = runs.find(({ status }) => status === "failed");
	expect(rejected?.tasks[0]?.attempts[0]?.ending?.message).toMatch(
		/Cannot publish to "k3.*one would lie inside the other/,
	);
});

test("what is published counts, also when its path cannot be made", async () => {
	({ puppet, rig } = anEngine());
	rig.store.unprojected = () => Promise.reject(new Error("EACCES"));
	const id = await rig.begin(aPlan(prepare, train));
	const first = await puppet.next("prepare");
	first.write("/out/table/table.csv", "x,y\n");
	first.exit(0);
	(await puppet.next("train")).exit(1);
	expect(statuses(await rig.settled(id))).toMatchObject({
		prepare: "succeeded",
	});
	expect(rig.troubles.join()).toMatch(/is stored, but could not.*EACCES/);
});

test("a failed attempt publishes nothing, and what needs it is skipped", async () => {
	const id = await started(aPlan(prepare, train));
	const task = await puppet.next("prepare");
	task.write("/out/table/table.csv", "half");
	task.exit(1);
	const run = await rig.settled(id);
	expect(run.status).toBe("failed");
	expect(statuses(run)).toEqual({ prepare: "failed", train: "skipped" });
	expect(await rig.store.published("")).toEqual([]);
});

test("a task that declared an output and wrote none is rejected by name", async () => {
	const id = await started(aPlan(prepare));
	(await puppet.next("prepare")).exit(0);
	const run = await rig.settled(id);
	expect(endings(run)).toEqual(["rejected"]);
	expect(run.tasks[0]?.attempts[0]?.ending?.message).toContain("/out/table");
});

test("a failure is tried again as often as its retries say", async () => {
	const id = await started(aPlan(aTask("train", { retries: 2 })));
	for (const code of [1, 2, 3]) (await puppet.next("train")).exit(code);
	const run = await rig.settled(id);
	expect(run.status).toBe("failed");
	expect(run.tasks[0]?.attempts.map(({ ending }) => ending?.code)).toEqual([
		1, 2, 3,
	]);
});

test("a container that vanished costs no retry", async () => {
	const plan = aPlan(aTask("train"));
	const id = await started(plan);
	(await puppet.next("train")).vanish();
	(await puppet.next("train")).exit(0);
	const run = await rig.settled(id);
	expect(run.status).toBe("succeeded");
	expect(endings(run)).toEqual(["vanished", "exited"]);
});

test("no more containers are up at once than there are slots, whatever the runs", async () => {
	const fan = aPlan(...["a", "b", "c", "d"].map((name) => aTask(name)));
	const first = await started(fan, { slots: 2 });
	const second = await rig.begin(fan, "p@2026-11-20~2");
	let going = [await puppet.next("a"), await puppet.next("b")];
	for (const name of ["c", "d", "a", "b", "c", "d"]) {
		going.shift()?.exit(0);
		going = [...going, await puppet.next(name)];
	}
	for (const task of going) task.exit(0);
	await rig.settled(first);
	await rig.settled(second);
	expect(puppet.peak).toBe(2);
});

test("a cancel stops what runs and starts nothing more", async () => {
	const id = await started(aPlan(aTask("a"), aTask("b", { after: ["a"] })));
	await puppet.next("a");
	rig.engine.observe(id, { type: "cancel-requested", at: 1 as never });
	const run = await rig.settled(id);
	expect(run.status).toBe("cancelled");
	expect(statuses(run)).toEqual({ a: "cancelled", b: "cancelled" });
	expect(puppet.launched).toHaveLength(1);
});

test("a task that takes too long is stopped and has failed", async () => {
	const id = await started(aPlan(aTask("slow", { timeoutMs: 20 })));
	const slow = await puppet.next("slow");
	const run = await rig.settled(id);
	expect(slow.end).not.toBeNull();
	expect(endings(run)).toEqual(["timed-out"]);
});

test("another process takes up where one was killed: one container, whole log, true exit code", async () => {
	const id = await started(aPlan(aTask("train")));
	const task = await puppet.next("train");
	task.print("one");
	await rig.close();
	task.print("two");
	task.exit(7);
	({ rig } = anEngine({ data: rig.data }, puppet.reconnect()));
	await rig.engine.start();
	const run = await rig.settled(id);
	expect(run.tasks[0]?.attempts.map(({ ending }) => ending?.code)).toEqual([7]);
	expect(puppet.launched).toHaveLength(1);
	const { records } = await rig.logs.read(task.job.name, logBeginning);
	expect(records.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual([
		"one",
		"two",
	]);
});

test("what was started and removed before we remembered is tried again on empty outputs", async () => {
	puppet = new Puppet();
	const deaf = puppet.reconnect();
	deaf.launch = async (job, signal, first) => {
		await puppet.launch(job, signal, first);
		return new Promise((_, reject) =>
			signal?.addEventListener("abort", () => reject(signal.reason)),
		);
	};
	({ rig } = anEngine({}, deaf));
	const id = await rig.begin(aPlan(prepare));
	const first = await puppet.next("prepare");
	first.write("/out/table/half.csv", "x,");
	await rig.close();
	await puppet.remove(first.job.name);
	({ rig } = anEngine({ data: rig.data }, puppet));
	await rig.engine.start();
	const second = await puppet.next("prepare");
	expect(second.job.attempt).toBe(`${id}/prepare/2`);
	second.write("/out/table/table.csv", "x,y\n");
	second.exit(0);
	const run = await rig.settled(id);
	expect(run.status).toBe("succeeded");
	expect(endings(run)).toEqual(["refused", "exited"]);
	expect(readdirSync(join(rig.data, "processed/table"))).toEqual(["table.csv"]);
});

test("a runtime that does not answer is waited for, and nothing is done twice", async () => {
	const id = await started(aPlan(aTask("a"), aTask("b", { after: ["a"] })));
	const a = await puppet.next("a");
	puppet.cut();
	a.exit(0);
	await expect.poll(() => rig.troubles.length).toBeGreaterThan(0);
	puppet.mend();
	(await puppet.next("b")).exit(0);
	expect((await rig.settled(id)).status).toBe("succeeded");
	expect(puppet.launched).toHaveLength(2);
});

test("a result that does not fit what was declared is rejected with the reason", async () => {
	const result = {
		type: "object",
		properties: { rows: { type: "integer" } },
		required: ["rows"],
	};
	const id = await started(aPlan(aTask("prepare", { work: { result } })));
	const task = await puppet.next("prepare");
	task.write("/result/result.json", '{"rows":"many"}');
	task.exit(0);
	const run = await rig.settled(id);
	expect(endings(run)).toEqual(["rejected"]);
	expect(run.tasks[0]?.attempts[0]?.ending?.message).toMatch(/rows/);
});

test("values of an earlier result are put into the command of a later one", async () => {
	const after = ["prepare"];
	const command = ["--rows", { $ref: ["prepare", "result", "rows"] }];
	const id = await started(
		aPlan(aTask("prepare"), aTask("train", { after, work: { command } })),
	);
	const task = await puppet.next("prepare");
	task.write("/result/result.json", '{"rows":569}');
	task.exit(0);
	const later = await puppet.next("train");
	expect(later.job.command).toEqual(["--rows", "569"]);
	later.exit(0);
	await rig.settled(id);
});

test("files from outside that change while a task reads them are one more attempt, at no cost", async () => {
	const path = "inbox/wdbc.data" as DataPath;
	const reader = aTask("read", {
		work: { in: { data: { from: "path", path } } },
	});
	({ puppet, rig } = anEngine());
	const file = join(rig.data, path);
	mkdirSync(join(rig.data, "inbox"));
	writeFileSync(file, "1\n");
	const id = await rig.begin(aPlan(reader));
	const first = await puppet.next("read");
	writeFileSync(file, "1\n2\n");
	first.exit(0);
	(await puppet.next("read")).exit(0);
	const run = await rig.settled(id);
	expect(run.status).toBe("succeeded");
	expect(endings(run)).toEqual(["rejected", "exited"]);
});

test("a task whose input goes away after its start is adopted, also when the answer to that start was lost", async () => {
	puppet = new Puppet();
	const launch = puppet.launch.bind(puppet);
	let times = 0;
	puppet.launch = async (job, signal, first) => {
		const started = await launch(job, signal, first);
		if (job.task !== "train" || ++times > 1) return started;
		const [input = ""] = job.mounts.map(({ source }) => source);
		chmodSync(input, 0o755);
		rmSync(input, { recursive: true });
		throw new RuntimeUnreachable("No answer came.");
	};
	({ rig } = anEngine({}, puppet));
	const id = await rig.begin(aPlan(prepare, train));
	const first = await puppet.next("prepare");
	first.write("/out/table/table.csv", "x");
	first.exit(0);
	const second = await puppet.next("train");
	await expect.poll(() => times).toBe(2);
	second.write("/out/model/model.json", "{}");
	second.exit(0);
	const run = await rig.settled(id);
	expect(endings(run)).toEqual(["exited", "exited"]);
	expect(run.status).toBe("succeeded");
});

test("a sensor takes no slot, and what it finds is mounted", async () => {
	const raw = aSensor("raw", {
		work: { in: "inbox", all: ["a.csv"], settledMs: 0 },
	});
	const read = aTask("read", {
		after: ["raw"],
		work: { in: { raw: { from: "sensor", task: "raw" as TaskName } } },
	});
	const id = await started(aPlan(raw, read, aTask("other")), { slots: 1 });
	(await puppet.next("other")).exit(0);
	mkdirSync(join(rig.data, "inbox"));
	writeFileSync(join(rig.data, "inbox/a.csv"), "a");
	const task = await puppet.next("read");
	expect(readFileSync(task.locate("/in/raw/a.csv"), "utf8")).toBe("a");
	task.exit(0);
	expect((await rig.settled(id)).status).toBe("succeeded");
});

test("a run that must not overlap waits for the one before", async () => {
	const plan = { ...aPlan(aTask("a")), oneAtATime: true };
	const first = await started(plan);
	const second = await rig.begin(plan, "p@2026-11-20~2");
	const a = await puppet.next("a");
	expect((await rig.detail(second)).status).toBe("queued");
	a.exit(0);
	(await puppet.next("a")).exit(0);
	expect((await rig.settled(first)).status).toBe("succeeded");
	expect((await rig.settled(second)).status).toBe("succeeded");
});

const statuses = (run: RunDetail) =>
	Object.fromEntries(run.tasks.map(({ name, state }) => [name, state.status]));

const endings = (run: RunDetail) =>
	run.tasks.flatMap(({ attempts }) =>
		attempts.map(({ ending }) => ending?.kind),
	);

const published = (path: string) => readFileSync(join(rig.data, path), "utf8");
