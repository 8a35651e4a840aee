import { describe, expect, test } from "vitest";
import { pipeline, z } from "../../orchestrator/define/index.ts";
import { containerIn, planOf } from "./plan-of.ts";

const DS = "2026-11-20";

interface Options {
	readonly from?: "files" | "value";
	readonly command?: readonly string[];
	readonly entrypoint?: readonly string[];
	readonly env?: Record<string, string>;
	readonly cache?: boolean | { for: "7d" };
}

/** What is planned for a task with these options, and what it takes from an earlier one. */
async function of({ from, ...options }: Options) {
	const page = pipeline("p", {}, ({ container }) => {
		const out = { b: "b" };
		const first = container("first", {
			image: "x",
			out,
			result: { n: z.int() },
		});
		container("task", {
			image: "x",
			out: { a: "a" },
			...(from === "files" && { in: { b: first.out.b } }),
			...(from === "value" && { command: [first.result.n] }),
			...options,
		});
	});
	const { told, cache } = containerIn(await planOf(page), "task");
	return { told, cache };
}

const always = { kind: "always" };

describe("the run's date is part of what a task depends on", () => {
	test.each<[string, Options]>([
		["without inputs", {}],
		[
			"that names it in its command",
			{ from: "files", command: ["sh", "-c", "echo $BERTH_DS"] },
		],
		[
			"that names it in its environment",
			{ from: "files", env: { DAY: "at $BERTH_DS" } },
		],
		[
			"that names it in its entrypoint",
			{ from: "files", entrypoint: ["sh", "-c", "x BERTH_DS"] },
		],
	])("for a task %s", async (_, options) => {
		expect(await of(options)).toEqual({
			told: { BERTH_DS: DS },
			cache: always,
		});
	});

	test.each<[string, Options]>([
		["with inputs", { from: "files" }],
		["with a value of an earlier task", { from: "value" }],
		["whose command has it anyway", { command: ["--date", DS] }],
		["that says itself that it is cached", { cache: true }],
		[
			"that names something like it",
			{ from: "files", command: ["$BERTH_DSN", "MY_BERTH_DS"] },
		],
	])("not for a task %s", async (_, options) => {
		expect(await of(options)).toEqual({ told: undefined, cache: always });
	});

	test("for a task that says itself that it is cached, but names it", async () => {
		const options = { cache: { for: "7d" } as const, command: ["$BERTH_DS"] };
		expect((await of(options)).told).toEqual({ BERTH_DS: DS });
	});

	test("not for a task that is never cached", async () => {
		expect(await of({ cache: false })).toMatchObject({
			told: undefined,
			cache: { kind: "never" },
		});
	});
});

test("a task that names what berth calls its pipeline and itself depends on that", async () => {
	const command = ["$BERTH_PIPELINE/$BERTH_TASK"];
	const told = { BERTH_PIPELINE: "p", BERTH_TASK: "task" };
	expect((await of({ from: "files", command })).told).toEqual(told);
});

test.each(["BERTH_RUN", "BERTH_ATTEMPT"])(
	"a task that names %s is another each time, unless it says that it is not",
	async (name) => {
		const because = `it names $${name}, which is another each time`;
		const command = [`echo $${name}`];
		expect((await of({ command })).cache).toEqual({ kind: "never", because });
		const itself = await of({ command, cache: true });
		expect(itself.cache).toEqual(always);
	},
);
