import { expect, onTestFinished, test, vi } from "vitest";
import { Lanes } from "../../orchestrator/engine/lanes.ts";
import { Outage } from "../../orchestrator/engine/outage.ts";
import type { Worker } from "../../orchestrator/engine/worker.ts";
import { beginRun } from "../../orchestrator/model/begin.ts";
import type { RunId } from "../../orchestrator/model/words.ts";
import { aPlan, aPrepared, aTask, instant } from "../rig/plans.ts";

const task = aTask("train");
const run = beginRun({ id: "p@2026-11-20~1" as RunId, plan: aPlan(task) });
const stop = {
	do: "stop",
	atOnce: false,
	task,
	attempt: 1,
	prepared: aPrepared(),
} as const;

const lanesOf = (perform: Worker["perform"]): Lanes =>
	new Lanes({
		worker: { now: () => instant(0), mayHaveBegun: async () => false, perform },
		tell: () => undefined,
		onTrouble: () => undefined,
		outage: new Outage(() => undefined),
	});

test("closing waits for those who let go", async () => {
	let isDone = false;
	const lanes = lanesOf(async ({ signal }) => {
		await new Promise((resolve) => signal.addEventListener("abort", resolve));
		await null;
		isDone = true;
		return null;
	});
	lanes.keep(run, [stop]);
	await new Promise(setImmediate);
	expect(await lanes.close()).toBe(true);
	expect(isDone).toBe(true);
});

test("closing does not wait long for what never answers, and says that it has not let go", async () => {
	const lanes = lanesOf(() => new Promise(() => undefined));
	lanes.keep(run, [stop]);
	await new Promise(setImmediate);
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	onTestFinished(() => void vi.useRealTimers());
	const closing = lanes.close();
	vi.advanceTimersByTime(1_000);
	expect(await closing).toBe(false);
});
