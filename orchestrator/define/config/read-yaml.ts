import {
	type Document,
	isAlias,
	isMap,
	isScalar,
	isSeq,
	LineCounter,
	type Node,
	parseDocument,
	type YAMLMap,
} from "yaml";
import { AuthorError } from "../author-error.ts";
import type { ConfigNode } from "./node.ts";

/** A text as a config; or an error that names the text, the line and the column. */
export function readYaml(text: string, label: string): ConfigNode {
	return new Reader(text, label).read();
}

class Reader {
	readonly #text: string;
	readonly #label: string;
	readonly #lines = new LineCounter();
	readonly #document: Document.Parsed;
	#count = 0;
	#depth = 0;

	constructor(text: string, label: string) {
		this.#text = text;
		this.#label = label;
		this.#document = parseDocument(text, {
			lineCounter: this.#lines,
			prettyErrors: false,
		});
		const [wrong] = [...this.#document.errors, ...this.#document.warnings];
		if (wrong) throw this.#error(wrong.pos[0], wrong.message);
	}

	read(): ConfigNode {
		return this.#node(this.#document.contents, 0);
	}

	#node(node: unknown, offset: number): ConfigNode {
		const start = offsetOf(node) ?? offset;
		const from = this.#place(start);
		// Aliases of aliases make much of little.
		if (++this.#count > MOST_VALUES)
			throw this.#error(start, `It holds more than ${MOST_VALUES} values.`);
		// One that stands for what it stands in has no end.
		if (++this.#depth > MOST_LEVELS)
			throw this.#error(start, `It is nested ${MOST_LEVELS} levels deep.`);
		const read = this.#inner(node, { start, from });
		this.#depth--;
		return read;
	}

	#inner(node: unknown, { start, from }: Where): ConfigNode {
		if (isAlias(node)) return this.#node(node.resolve(this.#document), start);
		if (isMap(node))
			return { kind: "map", entries: this.#entries(node, start), from };
		if (isSeq(node))
			return {
				kind: "list",
				items: node.items.map((item) => this.#node(item, start)),
				from,
			};
		const value = isScalar(node) ? node.value : node;
		return { kind: "leaf", value: this.#plain(value ?? null, start), from };
	}

	/** With what the merge key `<<` brings in, below its own. */
	#entries(map: YAMLMap, offset: number): Map<string, ConfigNode> {
		const merged = new Map<string, ConfigNode>();
		const own = new Map<string, ConfigNode>();
		for (const { key, value } of map.items) {
			const start = offsetOf(key) ?? offset;
			const name = this.#key(key, start);
			const node = this.#node(value, start);
			if (name === "<<")
				for (const [inner, brought] of this.#brought(node, start))
					merged.set(inner, brought);
			else own.set(name, node);
		}
		return new Map([...merged, ...own]);
	}

	#brought(node: ConfigNode, start: number): [string, ConfigNode][] {
		if (node.kind === "map") return [...node.entries];
		if (node.kind === "list")
			// Of several, the first wins.
			return node.items
				.toReversed()
				.flatMap((item) => this.#brought(item, start));
		throw this.#error(
			start,
			'The merge key "<<" takes a map, or a list of maps.',
		);
	}

	#key(key: unknown, start: number): string {
		const value = isScalar(key) ? key.value : key;
		if (
			typeof value === "string" ||
			typeof value === "number" ||
			typeof value === "boolean"
		)
			return String(value);
		throw this.#error(start, "A key must be a word or a number.");
	}

	#plain(value: unknown, start: number): string | number | boolean | null {
		if (
			value === null ||
			typeof value === "string" ||
			typeof value === "boolean"
		)
			return value;
		if (typeof value === "number" && Number.isFinite(value)) return value;
		throw this.#error(
			start,
			"Such a value cannot be held. Use strings, numbers, true, false, null, lists and maps.",
		);
	}

	#place(offset: number): string {
		return `${this.#label}:${this.#lines.linePos(offset).line}`;
	}

	#line(line: number): string {
		return this.#text.split("\n")[line - 1] ?? "";
	}

	#error(offset: number, message: string): AuthorError {
		const { line, col } = this.#lines.linePos(offset);
		const [first = ""] = message.split("\n");
		const sentence = /[.?!]$/.test(first) ? first : `${first}.`;
		const [, bare] = /[[{,:]\s*(\$\{[^{}]*\})/.exec(this.#line(line)) ?? [];
		const hint = bare ? ` Within [ ] and { } it takes quotes: "${bare}".` : "";
		return new AuthorError(`${this.#label}:${line}:${col}: ${sentence}${hint}`);
	}
}

interface Where {
	readonly start: number;
	readonly from: string;
}

const MOST_VALUES = 100_000;
const MOST_LEVELS = 100;

function offsetOf(node: unknown): number | undefined {
	const range = (node as Partial<Node> | null | undefined)?.range;
	return range?.[0];
}
