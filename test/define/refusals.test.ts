import { expect, test } from "vitest";
import type { Context } from "../../orchestrator/define/authoring.ts";
import { pipeline, z } from "../../orchestrator/define/index.ts";
import { containerIn, planOf } from "./plan-of.ts";

type Make = (context: Context<Record<never, never>>) => void;

const refusal = async (make: Make, vars = {}): Promise<string> => {
	const made = pipeline("p", {}, make);
	return planOf(made, { vars }).then(
		() => "nothing was refused",
		(error: Error & { task?: string }) => `${error.task}: ${error.message}`,
	);
};

const image = "x";

/** What a pipeline says, with options that no type allows. */
const withOptions = (options: object) =>
	refusal(({ container }) => {
		container("a", { image, ...options } as { image: string });
	});

test.each([
	[{ memroy: "1g" }, 'a: unknown option "memroy". Did you mean "memory"?'],
	[{ when: true }, 'a: option "when" does not work yet. Remove it.'],
	[
		{ cache: "7d" },
		'a: option "cache" must be true, false, or { for: "7d" }, not "7d".',
	],
	[{ secrets: [] }, 'a: option "secrets" does not work yet. Remove it.'],
	[
		{ memory: "1gb" },
		'a: option "memory" must be a size such as "512m" or "1.5g", not "1gb".',
	],
	[
		{ memory: "1m" },
		'a: option "memory" must be at least "6m": engines refuse less.',
	],
	[
		{ timeout: 30 },
		'a: option "timeout" must be a duration such as "500ms", "30s", "10m", "2h" or "7d", not 30.',
	],
	[
		{ command: "echo hi" },
		'a: option "command" must be a list of words: ["train", "--seed", "1"], not "echo hi".',
	],
	[
		{ command: ["a", undefined] },
		'a: option "command.1" must be a string, a number, true, false or a task\'s result, not undefined.',
	],
	[
		{ image: "" },
		'a: option "image" must be a folder\'s name under the images folder, or an image reference, not "".',
	],
	[
		{ env: { BERTH_RUN: "1" } },
		'a: option "env.BERTH_RUN" is no name for one of variables: use letters, digits, "_", "." and "-".',
	],
	[
		{ retries: { times: 1, backof: "3s" } },
		'a: option "retries" has no "backof". Did you mean "backoff"?',
	],
	[
		{ network: "host" },
		'a: option "network" must not be "host", which would take down the wall: use "bridge" or a network\'s name.',
	],
	[
		{ tmpfs: { "/out/x": "1m" } },
		'a: option "tmpfs./out/x" lies where berth or the engine has its own: choose another place.',
	],
	[
		{ join: "any" },
		'a: option "join" must be "all-succeeded" or "all-over", not "any".',
	],
	[
		{ skipOn: [0] },
		'a: option "skipOn.0" must be exit codes from 1 to 255, not 0.',
	],
	[
		{ out: { o: "../x" } },
		'a: option "out.o": "../x" is not a path below the data directory: it has a part "." or "..". Write the place itself.',
	],
	[
		{ in: { i: "/etc" } },
		'a: option "in.i": "/etc" is not a path below the data directory: it begins with a slash. Write it relative to the data directory.',
	],
	[
		{ in: { "a/b": "x" } },
		'a: option "in.a/b" is no name for one of inputs: use letters, digits, "_", "." and "-".',
	],
	[
		{ result: { rows: 3 } },
		'a: option "result.rows" must be a zod type, such as z.int(), not 3.',
	],
	[
		{ params: { at: new Date(0) } },
		'a: option "params.at" must be a value that JSON can hold: a string, a number, true, false, null, a list or a plain object of such, not an object.',
	],
	[
		{ params: { model: { c: [1, Number.NaN] } } },
		'a: option "params.model.c.1" must be a value that JSON can hold: a string, a number, true, false, null, a list or a plain object of such, not NaN.',
	],
	[
		{ params: { seed: 1 }, in: { "params.json": "inbox/x" } },
		'a: its input "params.json" would lie where it finds its params, at /in/params.json. Give the input another name.',
	],
])("options %j are refused", async (options, message) => {
	expect(await withOptions(options)).toBe(message);
});

const number = z.number();
const word = z.string();

test.each([
	["refine", number.refine((share) => share <= 1)],
	["refine", number.superRefine(() => {})],
	["refine", z.array(number).refine((list) => list.length > 0)],
	["refine", z.object({ inside: z.array(word.refine(() => true)) })],
	["refine", z.lazy(() => word.refine(() => true)).optional()],
	["refine", z.stringFormat("even", (text) => text.length % 2 === 0)],
	[
		"refine",
		z.record(
			word.refine(() => true),
			number,
		),
	],
	["refine", z.union([number, word.refine(() => true)])],
	["trim", word.trim()],
	["transform", word.transform(Number)],
	["transform", z.preprocess(String, word)],
	["pipe", word.pipe(word.max(3))],
	["catch", number.catch(0)],
	["default", number.default(0)],
	["coerce", z.coerce.number()],
	["property", z.array(number).check(z.property("length", number.max(1)))],
	["flags (i)", word.regex(/^a/i)],
])(
	"a result's %s, which JSON Schema cannot hold, is refused",
	async (what, type) => {
		const message = await withOptions({ result: { rows: z.int(), auc: type } });
		expect(message).toContain('a: option "result.auc" has a');
		expect(message).toContain(what);
		expect(message).toMatch(
			/ which berth could not follow: .* JSON Schema\. Use .* let the task/,
		);
	},
);

test.each([
	number.min(0).max(1).multipleOf(0.5),
	word.min(1).max(9).regex(/^a/).startsWith("a").includes("b"),
	z.email(),
	z.iso.date(),
	z.uuid(),
	z.hash("sha256"),
	z.enum(["cart", "logistic"]),
	z.tuple([number, z.literal("x")]).nullable(),
	z.record(z.string(), z.union([number, z.boolean()])).optional(),
	z.object({ deep: z.array(z.int().describe("whole")).min(1).max(3) }),
])("a result's type that JSON Schema holds is taken: %#", async (type) => {
	expect(await withOptions({ result: { value: type } })).toBe(
		"nothing was refused",
	);
});

test.each(["//in/raw", "/./in", "/in/", "//", "/.//dev/shm"])(
	"berth's own place is refused also when written as %s",
	async (target) => {
		const why =
			"lies where berth or the engine has its own: choose another place.";
		expect(await withOptions({ tmpfs: { [target]: "1m" } })).toBe(
			`a: option "tmpfs.${target}" ${why}`,
		);
		expect(await withOptions({ mounts: [{ source: "/x", target }] })).toBe(
			`a: option "mounts.0.target" ${why}`,
		);
	},
);

test("a place in the container is held in one way to write it", async () => {
	const made = pipeline("p", {}, ({ container }) => {
		container("a", {
			image,
			tmpfs: { "//scratch/./x/": "1m" },
			mounts: [{ source: "/x", target: "/y//z/" }],
		});
	});
	const { wall } = containerIn(await planOf(made), "a");
	expect(wall.tmpfs).toEqual({ "/scratch/x": 1024 ** 2 });
	expect(wall.mounts).toMatchObject([{ target: "/y/z" }]);
});

test("two tasks of one name are refused", async () => {
	const message = await refusal(({ container }) => {
		container("a", { image });
		container("a", { image });
	});
	expect(message).toBe(
		'a: the pipeline has two tasks named "a". Rename one of them.',
	);
});

test.each([
	["x/a", "x/a", "publishes the same path"],
	["x/a", "x/a/b", 'publishes "x/a", and one lies inside the other'],
	["x/a/b", "x/a", 'publishes "x/a/b", and one lies inside the other'],
])("outputs %s and %s cannot both be published", async (one, other, why) => {
	const message = await refusal(({ container }) => {
		container("a", { image, out: { one } });
		container("b", { image, out: { other } });
	});
	expect(message).toBe(
		`b: its output "other" goes to "${other}", but output "one" of task "a" ${why}. Give each output a path of its own.`,
	);
});

test("a variable that is not set is told with the command that sets it", async () => {
	const message = await refusal(({ vars, publication }) => {
		publication("model", { of: vars.model_path });
	});
	expect(message).toBe(
		'null: it reads the variable "model_path", which is not set. Set it with: berth vars set model_path models/2026-11-16/model',
	);
});

test("a result cannot be calculated with, and an output is no word", async () => {
	const using = (use: (a: { rows: unknown; table: unknown }) => unknown) =>
		refusal(({ container }) => {
			const a = container("a", {
				image,
				out: { table: "t" },
				result: { rows: z.int() },
			});
			use({ rows: a.result.rows, table: a.out.table });
		});
	const known =
		// biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the author should write
		'a: its result "rows" is known only once the task is over, so it cannot be compared, added or calculated with here. Hand it to a later task in a string: command: [`--value=${a.result.rows}`].';
	expect(await using(({ rows }) => (rows as number) > 3)).toBe(known);
	expect(await using(({ rows }) => Number(rows))).toBe(known);
	expect(await using(({ rows }) => (rows as number) + 1)).toBe(known);
	expect(await using(({ rows }) => JSON.stringify({ rows }))).toContain(
		"cannot be written as JSON",
	);
	expect(await using(({ table }) => `${table}`)).toBe(
		'a: its output "table" is a folder, not a word. Hand it to a later task with in: { table: … }, where it lies at /in/table.',
	);
});

test("a result in a place that must be known now is refused", async () => {
	const message = await refusal(({ container }) => {
		const a = container("a", { image, result: { day: z.string() } });
		container("b", { image, out: { o: `x/${a.result.day}` } });
	});
	const known =
		"holds a result of a task, which is known only once that is over. Only command, env and path inputs may hold one.";
	expect(message).toBe(`b: option "out.o" ${known}`);
	const asParam = (of: (day: never) => never[]) =>
		refusal(({ container }) => {
			const a = container("a", { image, result: { day: z.string() } });
			container("b", { image, params: { when: of(a.result.day as never) } });
		});
	for (const of of [
		(day: never) => [`x ${day}` as never],
		(day: never) => [day],
	])
		expect(await asParam(of)).toBe(`b: option "params.when.0" ${known}`);
});

test("an output or result that is not declared is told with the nearest", async () => {
	const message = await refusal(({ container }) => {
		const a = container("a", { image, out: { table: "t" } });
		container("b", { image, in: { t: Reflect.get(a.out, "tabel") } });
	});
	expect(message).toBe(
		'a: it declares no output "tabel". Did you mean "table"?',
	);
});

test("a task of another call cannot be used", async () => {
	let kept: ReturnType<Context<Record<never, never>>["files"]> | undefined;
	const made = pipeline("p", {}, ({ container, files }) => {
		const own = files("f", { in: "inbox/x" });
		kept ??= own;
		container("a", { image, in: { x: kept } });
	});
	await planOf(made);
	await expect(planOf(made)).rejects.toThrow(
		'option "in.x" takes the task "f" of another plan.',
	);
});

test("tasks are made while the function runs, and not later", async () => {
	let late: (() => void) | undefined;
	const made = pipeline("p", {}, ({ container }) => {
		container("a", { image });
		late = () => void container("b", { image });
	});
	await planOf(made);
	expect(late).toThrow("it is made after the pipeline's function has returned");
	const asynchronous = pipeline("p", {}, async ({ container }) => {
		container("a", { image });
	});
	await expect(planOf(asynchronous)).rejects.toThrow("function is async");
	await expect(planOf(pipeline("p", {}, () => {}))).rejects.toThrow(
		"makes no task",
	);
});

test.each([
	[{ cron: "61 * * * *" }, "cannot be read"],
	[{ cron: "@fortnightly" }, "is no nickname that berth knows"],
	[{ cron: "@daily", zone: "Europe/Berln" }, "Europe/Berln"],
	[{ cron: "@daily", start: "soon" }, "soon"],
	[{ corn: "@daily" }, 'option "schedule" has no "corn". Did you mean "cron"?'],
	[{ cron: "@daily", overlap: "wait" }, 'option "schedule.overlap" must be'],
])("a schedule %j is refused", (schedule, words) => {
	const options = { schedule: schedule as { cron: string } };
	expect(() => pipeline("p", options, () => {})).toThrow(words);
});
