import type { Named } from "../model/words.ts";
import { AuthorError } from "./author-error.ts";
import { didYouMean } from "./nearest.ts";

/** The variables as a pipeline sees them, and those that it has read. */
export function trackedVars(all: Named<string>): {
	readonly vars: Named<string>;
	readonly read: Named<string>;
} {
	const read: Record<string, string> = {};
	const vars = new Proxy<Named<string>>(Object.freeze({ ...all }), {
		get(target, name) {
			if (typeof name === "symbol") return undefined;
			const value = Object.hasOwn(target, name) ? target[name] : undefined;
			if (value === undefined) throw notSet(name, Object.keys(target));
			read[name] = value;
			return value;
		},
		has: (target, name) => Object.hasOwn(target, name),
	});
	return { vars, read };
}

function notSet(name: string, known: readonly string[]): AuthorError {
	const example = name.includes("path") ? "models/2026-11-16/model" : "…";
	return new AuthorError(
		`it reads the variable "${name}", which is not set. Set it with: berth vars set ${name} ${example}${didYouMean(name, known)}`,
		{ missing: "variable" },
	);
}
