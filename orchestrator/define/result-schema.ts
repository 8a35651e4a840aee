import { z } from "zod";
import type { Json, Named } from "../model/words.ts";
import { AuthorError } from "./author-error.ts";

/** What a result must be, as JSON Schema: it is checked where no pipeline is loaded. What that cannot hold is refused, not dropped. */
export function resultSchema(
	shape: Named<z.ZodType>,
	task: string,
): { readonly [key: string]: Json } {
	try {
		const schema = z.toJSONSchema(z.object(shape), {
			io: "input",
			unrepresentable: "throw",
			override: ({ zodSchema, path }) => {
				const what = unheld(zodSchema._zod.def as Definition);
				if (what !== null) throw refusal(what, String(path[1]), task);
			},
		});
		return JSON.parse(JSON.stringify(schema)) as { [key: string]: Json };
	} catch (error) {
		if (error instanceof AuthorError) throw error;
		const reason = error instanceof Error ? error.message : String(error);
		throw new AuthorError(
			`option "result" has a type that JSON cannot hold (${reason}). Use strings, numbers, booleans, arrays and objects.`,
			{ task },
		);
	}
}

/** The parts of zod's definitions of types and checks that matter here. */
interface Definition {
	readonly type?: string;
	readonly check?: string;
	readonly checks?: readonly z.core.$ZodCheck[];
	readonly coerce?: boolean;
	readonly pattern?: RegExp;
	readonly fn?: unknown;
}

/** What JSON Schema would silently leave out of the type; null when nothing. */
function unheld(type: Definition): string | null {
	const checks = (type.checks ?? []).map(({ _zod }) => _zod.def as Definition);
	const parts = [type, ...checks].map(unheldPart);
	return parts.find((part) => part !== null) ?? null;
}

function unheldPart(part: Definition): string | null {
	if (part.type === "pipe") return "a transform, preprocess or pipe";
	if (part.coerce) return "a coerce";
	if (["catch", "default", "prefault"].includes(part.type ?? ""))
		return `a ${part.type}`;
	if (part.check === "overwrite") return "a change of its value, such as trim,";
	if (part.check === "custom" || (part.fn && !part.pattern))
		return "a check of its own, such as refine,";
	if (part.check === "property") return "a check of a property";
	const flags = part.type === undefined ? (part.pattern?.flags ?? "") : "";
	return flags === "" ? null : `a regular expression with flags (${flags})`;
}

const refusal = (what: string, name: string, task: string): AuthorError =>
	new AuthorError(
		`option "result.${name}" has ${what} which berth could not follow: it checks results by JSON Schema. Use min, max, gt, lt, multipleOf, length, regex, enum and the like, or let the task do it.`,
		{ task },
	);
