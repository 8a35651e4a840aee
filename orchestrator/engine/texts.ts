import { stateOf } from "../model/index-run.ts";
import type { Ref, Text } from "../model/plan.ts";
import type { Run } from "../model/run.ts";
import type { TaskName } from "../model/words.ts";

/** A text with the values of earlier tasks put in. A value that is not there is a problem in a sentence. */
export function textOf(run: Run, text: Text): string {
	if (typeof text === "string") return text;
	if ("$ref" in text) return resolved(run, text);
	return text.$text
		.map((part) => (typeof part === "string" ? part : resolved(run, part)))
		.join("");
}

/** A value that is asked for but not there: the pipeline's author must do something. */
export class MissingValue extends Error {
	override readonly name = "MissingValue";
	readonly lost: boolean;
	constructor(message: string, lost = false) {
		super(message);
		this.lost = lost;
	}
}

function resolved(run: Run, { $ref }: Ref): string {
	const [task = "", , ...keys] = $ref;
	const state = stateOf(run, task as TaskName);
	if (state.status !== "succeeded")
		throw new MissingValue(
			`It needs ${$ref.join(".")}, but task "${task}" is ${state.status}.`,
		);
	const value = keys.reduce<unknown>(
		(inside, key) =>
			typeof inside === "object" && inside !== null
				? (inside as Record<string, unknown>)[key]
				: undefined,
		state.value.result,
	);
	if (value === undefined)
		throw new MissingValue(
			`It needs ${$ref.join(".")}, but the result of task "${task}" has no such value.`,
		);
	return typeof value === "string" ? value : JSON.stringify(value);
}
