import type { TaskParams } from "../../shared/task-contract.ts";
import { Complaint } from "./program.ts";

/** The options of train that a task's params say: `{ model: { kind: "cart", depth: 8 } }` is `--model cart --max-depth 8`. */
export function wordsOfParams({ model, seed }: TaskParams): Words {
	const words = model === undefined ? {} : wordsOfModel(model);
	return seed === undefined ? words : { ...words, seed: String(seed) };
}

type Words = { readonly [option: string]: string };

function wordsOfModel(model: unknown): Words {
	if (typeof model === "string") return { model };
	const { kind, ...values } = (model ?? {}) as { [name: string]: unknown };
	const known = KINDS.get(String(kind));
	if (!known)
		throw new Complaint(
			`The param "model" must have a kind, logistic or cart, not ${JSON.stringify(model)}.`,
			2,
		);
	const words = Object.entries(values).map(([name, value]) => {
		const word = known.get(name)?.(value);
		if (word !== undefined) return word;
		throw new Complaint(
			`The param "model.${name}" is none of a ${kind} model, which has ${[...known.keys()].join(" and ")}.`,
			2,
		);
	});
	return { model: String(kind), ...Object.fromEntries(words) };
}

type Reader = (value: unknown) => readonly [option: string, word: string];

const KINDS: ReadonlyMap<string, ReadonlyMap<string, Reader>> = new Map([
	[
		"logistic",
		new Map<string, Reader>([
			["C", (value) => ["l2", String(1 / positive("model.C", value))]],
		]),
	],
	[
		"cart",
		new Map<string, Reader>([
			["depth", (value) => ["max-depth", String(value)]],
			["minRows", (value) => ["min-rows", String(value)]],
		]),
	],
]);

function positive(name: string, value: unknown): number {
	if (typeof value === "number" && value > 0) return value;
	throw new Complaint(
		`The param "${name}" must be a number above 0, not ${JSON.stringify(value)}.`,
		2,
	);
}
