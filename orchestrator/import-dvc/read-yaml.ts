import { isScalar, LineCounter, parseDocument, visit } from "yaml";
import type { Json } from "../model/words.ts";
import { Fault } from "./stage.ts";

/** A YAML (or JSON) file, read. */
export interface ReadYaml {
	readonly value: Json;
	/** Places (`JSON.stringify(path)`) of numbers that are written with a point or an exponent: 1.0 is one. */
	readonly fractions: ReadonlySet<string>;
	/** The line of that place, or of the nearest one above it. */
	lineOf(path: readonly (string | number)[]): number;
}

/** Reads a file; what is no YAML is a Fault with its line. */
export function readYaml(text: string, file: string): ReadYaml {
	const lines = new LineCounter();
	const doc = parseDocument(text, { lineCounter: lines, merge: true });
	const [error] = doc.errors;
	if (error) {
		const { line } = lines.linePos(error.pos[0]);
		const [words = ""] = error.message.split(" at line ");
		throw new Fault(
			`${file}:${line} is not YAML: ${words.replace(/[.:]?\s*$/, ".")}`,
		);
	}
	const lineOf = (path: readonly (string | number)[]): number => {
		for (let keys = [...path]; keys.length > 0; keys = keys.slice(0, -1)) {
			const node = doc.getIn(keys, true);
			const range = (node as { range?: readonly number[] } | undefined)?.range;
			if (range) return lines.linePos(range[0] ?? 0).line;
		}
		return 1;
	};
	return { value: plain(doc, file), fractions: fractionsOf(doc), lineOf };
}

type Doc = ReturnType<typeof parseDocument>;

function plain(doc: Doc, file: string): Json {
	try {
		const value: unknown = doc.toJS({ maxAliasCount: 1000 });
		return (JSON.parse(JSON.stringify(value ?? null, strict)) ?? null) as Json;
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new Fault(`${file} cannot be read: ${why}.`);
	}
}

function strict(key: string, value: unknown): unknown {
	if (typeof value === "number" && !Number.isFinite(value))
		throw new Error(`"${key}" is ${value}, which JSON does not have`);
	if (key === "__proto__") throw new Error(`it has a key "${key}"`);
	return value;
}

function fractionsOf(doc: Doc): ReadonlySet<string> {
	const found = new Set<string>();
	visit(doc, {
		Scalar(_, node, ancestors) {
			if (typeof node.value !== "number") return;
			if (!/[.e]/i.test(node.source ?? "")) return;
			const keys = ancestors.flatMap((one) =>
				"key" in one && isScalar(one.key) ? [String(one.key.value)] : [],
			);
			found.add(JSON.stringify(keys));
		},
	});
	return found;
}
