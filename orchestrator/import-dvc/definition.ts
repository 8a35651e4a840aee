import { z } from "zod";
import type { Json } from "../model/words.ts";
import type { ReadYaml } from "./read-yaml.ts";
import { Fault, isObject } from "./stage.ts";

/** dvc.yaml in its own words, checked as far as the import needs it. */
export interface Definitions {
	readonly stages: readonly Definition[];
	readonly vars: readonly Var[];
	/** Files of metrics that no stage lists. */
	readonly metrics: readonly string[];
	/** The sections besides these. */
	readonly others: readonly string[];
}

/** A stage before its templates are filled in. */
export interface Definition {
	readonly name: string;
	readonly line: number;
	/** What it is made once for each of. */
	readonly loop: Loop | null;
	readonly body: StageBody;
	/** Keys that a stage does not have here. */
	readonly others: readonly string[];
}

export type Loop =
	| { readonly kind: "foreach"; readonly over: Json }
	| { readonly kind: "matrix"; readonly over: Json };

/** The path of a file, or values. */
export type Var = string | Readonly<Record<string, Json>>;

export type StageBody = z.output<typeof stageBody>;

export function readDefinitions(yaml: ReadYaml, file: string): Definitions {
	const top = yaml.value;
	if (!isObject(top) || !isObject(top.stages) || isEmpty(top.stages))
		throw new Fault(
			`${file} has no stages. Name a dvc.yaml with a section "stages:".`,
		);
	const check = { yaml, file };
	return {
		stages: Object.entries(top.stages).map(([name, raw]) =>
			definition(name, raw, check),
		),
		vars: read(vars, top.vars, ["vars"], check) ?? [],
		metrics: read(texts, top.metrics, ["metrics"], check) ?? [],
		others: Object.keys(top).filter((key) => !TOP.has(key)),
	};
}

const TOP = new Set(["stages", "vars", "metrics"]);

interface Check {
	readonly yaml: ReadYaml;
	readonly file: string;
}

function definition(name: string, raw: Json, check: Check): Definition {
	const path = ["stages", name];
	const isForeach = isObject(raw) && "foreach" in raw;
	const inner = isForeach ? raw.do : raw;
	const body = read(
		stageBody,
		inner,
		isForeach ? [...path, "do"] : path,
		check,
	);
	return {
		name,
		line: check.yaml.lineOf(path),
		loop: loopOf(raw),
		body,
		others: [
			...(isForeach ? Object.keys(raw).filter((key) => !LOOP.has(key)) : []),
			...Object.keys(isObject(inner) ? inner : {}).filter(
				(key) => key !== "matrix" && !(key in stageShape),
			),
		],
	};
}

const LOOP = new Set(["foreach", "do"]);

function loopOf(raw: Json): Loop | null {
	if (!isObject(raw)) return null;
	const { foreach, matrix } = raw;
	if (foreach !== undefined) return { kind: "foreach", over: foreach };
	if (matrix !== undefined) return { kind: "matrix", over: matrix };
	return null;
}

function read<T extends z.ZodType>(
	schema: T,
	value: Json | undefined,
	path: readonly string[],
	{ yaml, file }: Check,
): z.output<T> {
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	const inner = (issue?.path ?? []).filter(
		(key): key is string | number => typeof key !== "symbol",
	);
	const where = [...path, ...inner];
	throw new Fault(
		`${file}:${yaml.lineOf(where)}, "${where.join(".")}": ${issue?.message}.`,
	);
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

const wanted = (what: string) => ({ error: `wanted ${what}` });
const json = z.custom<Json>((value) => value !== undefined);
const text = z.string(wanted("text"));
const words = z.union(
	[text, z.number().transform(String)],
	wanted("a path as text"),
);
const texts = z.array(words, wanted("a list of paths")).nullish();

/** A path alone, or with how DVC is to treat it. */
const outs = z
	.array(
		z.union(
			[
				words.transform((path) => ({ path, flags: {} })),
				z.record(z.string(), json).transform(onlyEntry),
			],
			wanted("a path, or one path with its options"),
		),
		wanted("a list of paths"),
	)
	.nullish()
	.transform((list) => list?.flat() ?? []);

function onlyEntry(record: Readonly<Record<string, Json>>) {
	return Object.entries(record).map(([path, flags]) => ({
		path,
		flags: isObject(flags) ? flags : {},
	}));
}

const vars = z
	.array(
		z.union([z.string(), z.record(z.string(), json)]),
		wanted("a list of files and of values"),
	)
	.nullish();

const stageShape = {
	cmd: z.union(
		[text.transform((cmd) => [cmd]), z.array(text)],
		wanted("a command, or a list of commands"),
	),
	wdir: text.nullish(),
	deps: texts.transform((list) => list ?? []),
	outs,
	metrics: outs,
	plots: outs,
	params: z
		.array(
			z.union(
				[z.string(), z.record(z.string(), json)],
				wanted("the name of a param, or a file with names"),
			),
			wanted("a list of names of params"),
		)
		.nullish()
		.transform((list) => list ?? []),
	vars: vars.transform((list) => list ?? []),
	always_changed: z.boolean(wanted("true or false")).nullish(),
	frozen: z.boolean(wanted("true or false")).nullish(),
	desc: text.nullish(),
	meta: json.optional(),
};

const stageBody = z.looseObject(stageShape, wanted("a stage with a cmd"));
