import type { Ref, Text } from "../model/plan.ts";
import { AuthorError } from "./author-error.ts";

/** Values known only later, in the strings of one plan: each is written as a private token, which `parse` reads back. */
export class Refs {
	readonly #plan = ++plans;
	readonly #paths: (readonly string[])[] = [];

	/** What the value looks like inside a string, until the string is parsed. */
	token(path: readonly string[]): string {
		this.#paths.push(path);
		return `\uE000${this.#plan}:${this.#paths.length - 1}\uE001`;
	}

	/** The text with its tokens as refs. */
	parse(text: string): Text {
		const parts = text
			.split(/(\uE000\d+:\d+\uE001)/)
			.map((part, index) => (index % 2 === 0 ? part : this.#ref(part)))
			.filter((part) => part !== "");
		const [only = ""] = parts;
		return parts.length > 1 ? { $text: parts } : only;
	}

	#ref(token: string): Ref {
		const [plan, index] = token.slice(1, -1).split(":").map(Number);
		const path = this.#paths[index ?? -1];
		if (plan !== this.#plan || path === undefined)
			throw new AuthorError(
				"A result of a task of another plan is used here. Make both tasks in the same call of the pipeline's function.",
			);
		return { $ref: path };
	}
}

let plans = 0;

/** Does the string hold a value that is known only later? */
export const hasRef = (text: string): boolean =>
	/\uE000\d+:\d+\uE001/.test(text);

/** The tasks whose results the text needs. */
export function tasksOf(text: Text): string[] {
	if (typeof text === "string") return [];
	const parts = "$ref" in text ? [text] : text.$text;
	return parts.flatMap((part) =>
		typeof part === "string" ? [] : part.$ref.slice(0, 1),
	);
}
