import type { Json } from "../model/words.ts";

/** One stage as DVC would run it: templates filled in, loops unrolled. Paths are relative to the repository's root, which is "". */
export interface Stage {
	/** As DVC names it, such as `train` or `train@us`. */
	readonly name: string;
	/** Of dvc.yaml. */
	readonly line: number;
	readonly desc: string | null;
	readonly wdir: string;
	/** Run one after the other. */
	readonly cmds: readonly (readonly Part[])[];
	readonly deps: readonly string[];
	readonly outs: readonly string[];
	/** Those of its files that hold metrics as JSON. */
	readonly metrics: readonly string[];
	readonly params: readonly ParamUse[];
	readonly isAlwaysChanged: boolean;
}

/** Text as it is, or a value that a run can be told. */
export type Part = string | ParamValue;

export interface ParamValue {
	readonly at: ParamPlace;
	readonly value: string | number | boolean;
}

/** Where in a params file a value is. */
export interface ParamPlace {
	readonly file: string;
	readonly path: readonly string[];
}

/** What of a params file a stage reads. */
export type ParamUse = ParamPlace;

/** Something of dvc.yaml that the page does not do, and what a person can do about it. */
export interface Note {
	/** Null for what concerns no single stage. */
	readonly stage: string | null;
	readonly key: string;
	readonly message: string;
}

/** Why dvc.yaml cannot be imported, in a sentence. */
export class Fault extends Error {
	override readonly name = "Fault";
}

/** Notes, each said once. */
export class Notes {
	readonly #notes = new Map<string, Note>();

	add(stage: string | null, key: string, message: string): void {
		const note = { stage, key, message };
		this.#notes.set(JSON.stringify(note), note);
	}

	all(): readonly Note[] {
		return [...this.#notes.values()];
	}
}

export type JsonObject = { readonly [key: string]: Json };

export const isObject = (value: unknown): value is JsonObject =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at that place, or undefined. Lists are entered by index. */
export function valueAt(
	value: Json | undefined,
	path: readonly string[],
): Json | undefined {
	return path.reduce<Json | undefined>((inner, key) => {
		if (Array.isArray(inner)) return inner[Number(key)];
		if (isObject(inner) && Object.hasOwn(inner, key)) return inner[key];
		return undefined;
	}, value);
}
