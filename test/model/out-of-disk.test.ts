import { describe, expect, test } from "vitest";
import { commands } from "../../orchestrator/model/commands.ts";
import {
	mostEntries,
	tooMuch,
	tooMuchToPublish,
} from "../../orchestrator/model/disk-limit.ts";
import type { ContainerWork } from "../../orchestrator/model/plan.ts";
import type { Usage } from "../../orchestrator/model/words.ts";
import { aSensor, aTask } from "../rig/plans.ts";
import { VANISHED } from "./endings.ts";
import {
	aRun,
	cancelled,
	ended,
	exited,
	overflowed,
	running,
	stateIn,
	stopped,
	TOO_MUCH,
} from "./told.ts";

const a = aTask("a", { timeoutMs: 10, retries: 1 });
const over = [...running("a"), overflowed("a", 2)];
const ending = { kind: "out-of-disk", message: TOO_MUCH };

describe("a task that wrote too much", () => {
	test("is stopped at once: in its grace it would go on writing", () => {
		const run = aRun([a], ...over);
		expect(stateIn(run, "a")).toMatchObject({
			status: "stopping",
			because: "out-of-disk",
			since: 2,
			started: 0,
			ending,
		});
		expect(commands(run)).toMatchObject([{ do: "stop", atOnce: true }]);
	});

	test("has its grace when it is stopped for anything else", () => {
		for (const because of ["cancelled", "timed-out"] as const) {
			const run = aRun([a], ...running("a"), stopped("a", because, 2));
			expect(commands(run)).toMatchObject([{ do: "stop", atOnce: false }]);
		}
	});

	test("has ended by that, whatever its container does then, and it costs a retry", () => {
		for (const end of [
			exited("a", 0, 3),
			exited("a", 137, 3),
			exited("a", 99, 30),
			ended("a", VANISHED, 3),
			ended("a", VANISHED, 30),
		])
			expect(stateIn(aRun([a], ...over, end), "a")).toMatchObject({
				status: "resting",
				tally: { failed: 1, lost: 0 },
				ending,
			});
	});

	test("was not stopped when it had ended well before that was seen: publishing looks once more", () => {
		const run = aRun([a], ...over, exited("a", 0, 1));
		expect(stateIn(run, "a")).toMatchObject({ status: "publishing", since: 1 });
		for (const end of [exited("a", 0, 2), exited("a", 99, 1)])
			expect(stateIn(aRun([a], ...over, end), "a")).toMatchObject({ ending });
	});

	test("is cancelled with its run once it has ended", () => {
		const run = aRun([a], ...over, cancelled(3), exited("a", 137, 4));
		expect(stateIn(run, "a")).toMatchObject({ status: "resting", ending });
		expect(run.index.agenda.has(a.name)).toBe(true);
	});

	test("is not stopped twice: neither when it is being stopped, nor when it has ended", () => {
		for (const before of [stopped("a", "cancelled", 1), exited("a", 0, 1)]) {
			const run = aRun([a], ...running("a"), before);
			expect(aRun([a], ...running("a"), before, overflowed("a")).tasks).toEqual(
				run.tasks,
			);
		}
	});
});

const GIB = 2 ** 30;
const used = (change: Partial<Usage>): Usage => ({
	bytes: GIB,
	shown: GIB,
	entries: 2 ** 18,
	closed: null,
	...change,
});

describe("how much is too much", () => {
	const then = "and was stopped";

	test("all that is allowed is not, and holes in files are not while it runs", () => {
		expect(tooMuch(a, used({}), then)).toBeNull();
		expect(tooMuch(a, used({ shown: 2 * GIB }), then)).toBeNull();
		expect(tooMuchToPublish(a, used({}))).toBeNull();
		expect(tooMuch(aSensor("a"), used({ bytes: 9 * GIB }), then)).toBeNull();
	});

	test("says how much it was, what is allowed, and what to do", () => {
		expect(tooMuch(a, used({ bytes: 1.2 * GIB }), then)).toBe(
			'Task "a" wrote 1.2 GiB into its outputs, above its limit of 1 GiB ("disk"), and was stopped. Let it write less, or give it more.',
		);
		expect(tooMuch(a, used({ entries: 2 ** 18 + 1 }), then)).toBe(
			'Task "a" made more than 262,144 files and folders in its outputs, which is the most that one may with its limit of 1 GiB ("disk"), and was stopped. Put them into fewer files, such as an archive.',
		);
		expect(tooMuch(a, used({ closed: '"/out/x"' }), then)).toBe(
			'Task "a" made a folder in its outputs that nobody can look into, "/out/x", and was stopped. Make it readable (chmod u+rX), and use paths of less than 4096 bytes.',
		);
	});

	test("holes count for what is to be published; what cannot be read is the publication's to say", () => {
		expect(tooMuchToPublish(a, used({ shown: 2 ** 40 }))).toBe(
			'Task "a" wrote 1 TiB into its outputs, above its limit of 1 GiB ("disk"), so nothing of it is published. Let it write less, or give it more.',
		);
		expect(tooMuchToPublish(a, used({ closed: '"/out/x"' }))).toBeNull();
	});

	test("files that hold nothing are counted at a place each: at least a thousand of them, at most a million", () => {
		const wallOf = (diskBytes: number) => {
			const { wall } = a.work as ContainerWork;
			return aTask("a", { work: { wall: { ...wall, diskBytes } } });
		};
		expect(mostEntries(wallOf(1))).toBe(1_000);
		expect(mostEntries(wallOf(GIB))).toBe(2 ** 18);
		expect(mostEntries(wallOf(100 * GIB))).toBe(1_000_000);
		expect(mostEntries(aSensor("a"))).toBe(1_000_000);
	});
});
