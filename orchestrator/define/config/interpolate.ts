import type { Json } from "../../model/words.ts";
import { AuthorError } from "../author-error.ts";
import { didYouMean } from "../nearest.ts";
import { keysOfName } from "../overrides.ts";
import {
	type ConfigLeaf,
	type ConfigMap,
	type ConfigNode,
	child,
	type Keys,
	keysOf,
	nodeOf,
} from "./node.ts";
import { type Part, partsOf } from "./template.ts";

/** The config with the values that name others filled in: `${model.C}`, `${.C}` beside it, `${..seed}` one level up, also inside a string. */
export function interpolate(root: ConfigMap, outside: Outside): ConfigNode {
	return new Interpolation(root, outside).all();
}

/** What can be named besides the config's own values: the run's `ds`, and what a param is by default. */
export type Outside = (name: string) => Json | undefined;

class Interpolation {
	readonly #root: ConfigMap;
	readonly #outside: Outside;
	readonly #done = new Map<string, ConfigNode>();
	/** What is being filled in, from the outside in. */
	readonly #open: string[] = [];

	constructor(root: ConfigMap, outside: Outside) {
		this.#root = root;
		this.#outside = outside;
	}

	all(): ConfigNode {
		return this.#inner(this.#root, []);
	}

	#inner(node: ConfigNode, keys: Keys): ConfigNode {
		switch (node.kind) {
			case "leaf":
				return this.#leaf(node, keys);
			case "list":
				return {
					...node,
					items: node.items.map((item, index) =>
						this.#resolved(item, [...keys, `${index}`]),
					),
				};
			case "map": {
				const entries = [...node.entries].map(
					([key, value]) =>
						[key, this.#resolved(value, [...keys, key])] as const,
				);
				return { ...node, entries: new Map(entries) };
			}
		}
	}

	#resolved(node: ConfigNode, keys: Keys): ConfigNode {
		const name = keys.join(".");
		const done = this.#done.get(name);
		if (done) return done;
		if (this.#open.includes(name)) {
			const circle = [...this.#open.slice(this.#open.indexOf(name)), name];
			throw new AuthorError(
				`${node.from}: these values name each other in a circle: ${circle.join(" → ")}. Give one of them a value of its own.`,
			);
		}
		this.#open.push(name);
		const resolved = this.#inner(node, keys);
		this.#open.pop();
		this.#done.set(name, resolved);
		return resolved;
	}

	#leaf(leaf: ConfigLeaf, keys: Keys): ConfigNode {
		if (typeof leaf.value !== "string") return leaf;
		const parts = partsOf(leaf.value, leaf.from);
		const [only] = parts;
		if (parts.length === 1 && typeof only === "object")
			return { ...this.#named(only, leaf, keys), from: leaf.from };
		return { ...leaf, value: this.#text(parts, leaf, keys) };
	}

	#text(parts: readonly Part[], leaf: ConfigLeaf, keys: Keys): string {
		const texts = parts.map((part) => {
			if (typeof part === "string") return part;
			const node = this.#named(part, leaf, keys);
			if (node.kind === "leaf") return String(node.value);
			throw new AuthorError(
				`${leaf.from}: "${leaf.value}" puts a ${node.kind} into a string. Name one of its values.`,
			);
		});
		return texts.join("");
	}

	#named(
		part: Exclude<Part, string>,
		leaf: ConfigLeaf,
		keys: Keys,
	): ConfigNode {
		const name = this.#text(part.name, leaf, keys).trim();
		const [, dots = "", rest = ""] = /^(\.*)(.*)$/s.exec(name) ?? [];
		refuseResolver(name, leaf);
		if (rest === "" || dots.length > keys.length)
			throw new AuthorError(
				`${leaf.from}: "\${${name}}" leads to no value. Write \${model.C} from the root, \${.C} for the value beside it, \${..seed} for one level up.`,
			);
		const above = dots === "" ? [] : keys.slice(0, keys.length - dots.length);
		const node = this.#get([...above, ...keysOfName(rest)], leaf);
		if (node.kind !== "leaf" || node.value !== "???") return node;
		throw new AuthorError(
			`${leaf.from}: "\${${name}}" names a value that is needed (${node.from}). Give it with --set ${[...above, rest].join(".")}=….`,
			{ missing: "param" },
		);
	}

	/** On the way there may be values that name maps. */
	#get(keys: Keys, leaf: ConfigLeaf): ConfigNode {
		let node: ConfigNode = this.#root;
		for (const [index, key] of keys.entries()) {
			const way = keys.slice(0, index);
			if (node.kind === "leaf") node = this.#resolved(node, way);
			const next: ConfigNode | undefined =
				child(node, key) ?? (index === 0 ? this.#fact(key, leaf) : undefined);
			if (!next) throw unknown(keys, way, node, leaf);
			node = next;
		}
		return this.#resolved(node, keys);
	}

	#fact(name: string, leaf: ConfigLeaf): ConfigNode | undefined {
		const json = this.#outside(name);
		return json === undefined ? undefined : nodeOf(json, leaf.from);
	}
}

/** They read the environment, the clock or a file, and then the same run would not be the same twice. */
function refuseResolver(name: string, { from }: ConfigLeaf): void {
	if (!name.includes(":")) return;
	throw new AuthorError(
		`${from}: "\${${name}}" is a resolver, and there are none: a plan depends on nothing but its params, ds and vars, so that it is the same tomorrow. Give the value with --set, or let the pipeline read a variable (berth vars set …).`,
	);
}

function unknown(
	keys: Keys,
	way: Keys,
	node: ConfigNode,
	{ from }: ConfigLeaf,
): AuthorError {
	const known = keysOf(node).map((key) => [...way, key].join("."));
	const name = keys.join(".");
	const all = known.length > 0 ? ` There are: ${known.join(", ")}.` : "";
	return new AuthorError(
		`${from}: "\${${name}}" names no value of the config.${didYouMean(name, known) || all}`,
	);
}
