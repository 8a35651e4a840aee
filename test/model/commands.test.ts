import { expect, test } from "vitest";
import { commands } from "../../orchestrator/model/commands.ts";
import type { Event } from "../../orchestrator/model/events.ts";
import { aPrepared, aSensor, aTask, named } from "../rig/plans.ts";
import {
	aQueuedRun,
	aRun,
	exited,
	prepared,
	published,
	running,
	scheduled,
	stopped,
} from "./told.ts";

const a = aTask("a", { retries: 1 });
const going = (...events: Event[]): unknown[] =>
	commands(aRun([a], ...events)).map(({ task, ...rest }) => ({
		...rest,
		task: task.name,
	}));
const of = { task: "a", attempt: 1 };

test("nothing goes on in a run that is queued, waits or is over and released", () => {
	expect(commands(aQueuedRun(a))).toEqual([]);
	expect(going()).toEqual([]);
});

test("a preparation goes on until it is prepared; then the task waits for a slot", () => {
	expect(going(scheduled("a"))).toEqual([{ do: "prepare", ...of }]);
	expect(going(scheduled("a"), prepared("a"))).toEqual([]);
});

test("each state of a container has its command, with what was prepared", () => {
	const live = running("a");
	const with_ = { ...of, prepared: aPrepared() };
	expect(going(...live.slice(0, 3))).toEqual([{ do: "launch", ...with_ }]);
	expect(going(...live)).toEqual([{ do: "wait", ...with_ }]);
	expect(going(...live, exited("a", 0))).toEqual([{ do: "publish", ...with_ }]);
	expect(going(...live, stopped("a", "cancelled"))).toEqual([
		{ do: "stop", ...with_, atOnce: false },
	]);
});

test("a sensor is watched", () => {
	const run = aRun([aSensor("s")], scheduled("s"));
	expect(commands(run)).toEqual([
		{ do: "watch", task: aSensor("s"), attempt: 1 },
	]);
});

test("an attempt that ended is released, also while the next one goes on", () => {
	const failed = [...running("a"), exited("a", 1)];
	const release = { do: "release", ...of, keep: true };
	expect(going(...failed)).toEqual([release]);
	expect(going(...failed, scheduled("a", 2))).toEqual([
		release,
		{ do: "prepare", task: "a", attempt: 2 },
	]);
	expect(going(...running("a"), exited("a", 0), published("a"))).toEqual([
		{ ...release, keep: false },
	]);
});

test("only the tasks asked for are looked at", () => {
	const run = aRun([aTask("a"), aTask("b")], ...running("a"), ...running("b"));
	const found = (names: string[]): string[] =>
		commands(run, names.map(named)).map(({ task }) => task.name);
	expect(found(["b"])).toEqual(["b"]);
	expect(found([])).toEqual([]);
	expect(() => found(["nobody"])).toThrow('The plan has no task "nobody".');
});
