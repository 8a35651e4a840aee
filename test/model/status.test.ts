import { expect, test } from "vitest";
import type { Event } from "../../orchestrator/model/events.ts";
import {
	isRunOver,
	isSettled,
	statusOf,
} from "../../orchestrator/model/status.ts";
import { aTask, instant, named } from "../rig/plans.ts";
import {
	aQueuedRun,
	aRun,
	cancelled,
	exited,
	published,
	released,
	running,
} from "./told.ts";

const plan = [aTask("a"), aTask("b")];
const cancels = (task: string): Event => ({
	type: "task-cancelled",
	task: named(task),
	at: instant(0),
});
const succeeds = (task: string): Event[] => [
	...running(task),
	exited(task, 0),
	published(task),
];
const fails = (task: string): Event[] => [...running(task), exited(task, 1)];

test("a run is queued until it begins, then running until its last task is over", () => {
	expect(statusOf(aQueuedRun(...plan))).toBe("queued");
	expect(statusOf(aRun(plan))).toBe("running");
	expect(statusOf(aRun(plan, ...fails("a")))).toBe("running");
});

test("a run has succeeded when nothing failed or was cancelled; what was skipped does not count", () => {
	expect(statusOf(aRun(plan, ...succeeds("a"), ...succeeds("b")))).toBe(
		"succeeded",
	);
	expect(
		statusOf(aRun(plan, ...succeeds("a"), ...running("b"), exited("b", 99))),
	).toBe("succeeded");
});

test("one failure fails the run, and one cancelled task says that it was cancelled", () => {
	expect(statusOf(aRun(plan, ...succeeds("a"), ...fails("b")))).toBe("failed");
	expect(statusOf(aRun(plan, ...fails("a"), cancelled(), cancels("b")))).toBe(
		"cancelled",
	);
});

test("a run is settled once nothing of it is owed", () => {
	const over = aRun([aTask("a")], ...fails("a"));
	expect(isRunOver(over)).toBe(true);
	expect(isSettled(over)).toBe(false);
	expect(isSettled(aRun([aTask("a")], ...fails("a"), released("a")))).toBe(
		true,
	);
	expect(isSettled(aRun([aTask("a")]))).toBe(false);
});
