import { expect, test } from "vitest";
import { pipeline, z } from "../../orchestrator/define/index.ts";
import type { Json, Named } from "../../orchestrator/model/words.ts";
import { planOf } from "./plan-of.ts";

const made = pipeline(
	"p",
	{
		params: {
			seed: z.int().default(42),
			share: z.number().max(1).optional(),
			name: z.string().default("x"),
			fast: z.boolean().default(false),
			sizes: z.array(z.int()).default([]),
			model: z.enum(["logistic", "cart"]).default("logistic"),
		},
	},
	({ params, container }) => {
		container("a", { image: "x", command: [params.seed, params.fast] });
	},
);

const paramsOf = async (params: Named<Json>) =>
	(await planOf(made, { params })).params;

test("defaults are filled in, and what is absent stays absent", async () => {
	expect(await paramsOf({})).toStrictEqual({
		seed: 42,
		name: "x",
		fast: false,
		sizes: [],
		model: "logistic",
	});
});

test("words from the command line are read as the param's type", async () => {
	const given = {
		seed: "7",
		share: "0.5",
		name: "42",
		fast: "true",
		sizes: "[1,2]",
	};
	expect(await paramsOf(given)).toStrictEqual({
		seed: 7,
		share: 0.5,
		name: "42",
		fast: true,
		sizes: [1, 2],
		model: "logistic",
	});
	expect(await paramsOf({ seed: 7, fast: true })).toMatchObject({
		seed: 7,
		fast: true,
	});
});

test.each([
	[{ sede: 1 }, 'there is no param "sede". Did you mean "seed"?'],
	[{ zzzzzz: 1 }, "Its params are seed, share, name"],
	[{ seed: "4.2" }, 'param "seed" cannot be 4.2: Invalid input: expected int'],
	[{ model: "tree" }, 'expected one of "logistic"|"cart"'],
	[{ share: 2 }, 'param "share" cannot be 2: Too big'],
])("params %j are refused", async (params, words) => {
	await expect(paramsOf(params as Named<Json>)).rejects.toThrow(words);
});

test("a part of a nested param can be set, and the rest is as by default", async () => {
	const nested = pipeline(
		"p",
		{
			params: {
				model: z
					.object({
						kind: z.enum(["a", "b"]),
						C: z.number(),
						on: z.boolean().optional(),
					})
					.default({ kind: "a", C: 1 }),
			},
		},
		({ container }) => void container("a", { image: "x" }),
	);
	const of = async (params: Named<Json>) =>
		(await planOf(nested, { params })).params;
	expect(await of({ "model.C": "0.1" })).toEqual({
		model: { kind: "a", C: 0.1 },
	});
	const several = { "model.C": "2", "model.on": "true", "model.kind": "b" };
	expect(await of(several)).toEqual({ model: { kind: "b", C: 2, on: true } });
	expect(await of({ model: '{"kind":"b","C":3}' })).toEqual({
		model: { kind: "b", C: 3 },
	});
	await expect(of({ "model.D": "1" })).rejects.toThrow(
		'there is no param "model.D". Did you mean "model.C"?',
	);
	await expect(of({ "model.C": "high" })).rejects.toThrow(
		'param "model.C" cannot be "high": Invalid input: expected number, received string (--set model.C=high). Give it with --set model.C=….',
	);
	await expect(of({ model: { kind: "a", C: 1, c: 2 } })).rejects.toThrow(
		'there is no param "model.c". Did you mean "model.C"?',
	);
});

test("a param without a default is asked for", async () => {
	const needy = pipeline("p", { params: { day: z.string() } }, () => {});
	await expect(planOf(needy)).rejects.toThrow('param "day" is needed');
	const dated = pipeline("p", { params: { day: z.coerce.date() } }, () => {});
	await expect(
		planOf(dated, { params: { day: "2026-01-01" } }),
	).rejects.toThrow("becomes a value that JSON cannot hold");
});

test("a date that is no day is refused", async () => {
	await expect(planOf(made, { ds: "2026-02-30" })).rejects.toThrow(
		'"2026-02-30" is no day',
	);
});
