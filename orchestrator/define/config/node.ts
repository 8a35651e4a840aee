import type { Json } from "../../model/words.ts";

/** A value of a config, with where each part of it was written: `train/config/config.yaml:3`, or `--set seed=7`. */
export type ConfigNode = ConfigLeaf | ConfigList | ConfigMap;

export interface ConfigLeaf {
	readonly kind: "leaf";
	readonly value: string | number | boolean | null;
	readonly from: string;
}

export interface ConfigList {
	readonly kind: "list";
	readonly items: readonly ConfigNode[];
	readonly from: string;
}

export interface ConfigMap {
	readonly kind: "map";
	readonly entries: ReadonlyMap<string, ConfigNode>;
	readonly from: string;
}

/** The keys that lead to a value: `["model", "C"]` is `model.C`. */
export type Keys = readonly string[];

export const emptyMap = (from: string): ConfigMap => ({
	kind: "map",
	entries: new Map(),
	from,
});

/** JSON as a config, all of it from one place. */
export function nodeOf(json: Json, from: string): ConfigNode {
	if (typeof json !== "object" || json === null)
		return { kind: "leaf", value: json, from };
	if (isList(json))
		return {
			kind: "list",
			items: json.map((item) => nodeOf(item, from)),
			from,
		};
	const entries = Object.entries(json).map(
		([key, value]) => [key, nodeOf(value, from)] as const,
	);
	return { kind: "map", entries: new Map(entries), from };
}

// Array.isArray does not narrow readonly arrays out.
const isList = (json: object): json is readonly Json[] => Array.isArray(json);

export function jsonOf(node: ConfigNode): Json {
	switch (node.kind) {
		case "leaf":
			return node.value;
		case "list":
			return node.items.map(jsonOf);
		case "map":
			return Object.fromEntries(
				[...node.entries].map(([key, value]) => [key, jsonOf(value)]),
			);
	}
}

/** What is directly below that key; undefined when nothing is. */
export function child(node: ConfigNode, key: string): ConfigNode | undefined {
	switch (node.kind) {
		case "leaf":
			return undefined;
		case "list":
			return /^\d+$/.test(key) ? node.items[Number(key)] : undefined;
		case "map":
			return node.entries.get(key);
	}
}

export const at = (root: ConfigNode, keys: Keys): ConfigNode | undefined =>
	keys.reduce<ConfigNode | undefined>(
		(node, key) => node && child(node, key),
		root,
	);

/** The keys below a node. */
export const keysOf = (node: ConfigNode): readonly string[] =>
	node.kind === "map" ? [...node.entries.keys()] : [];

/** The same with another value there; what is missing on the way is made, and what is no map is replaced. */
export function put(
	root: ConfigNode,
	keys: Keys,
	value: ConfigNode,
): ConfigNode {
	const [key, ...rest] = keys;
	if (key === undefined) return value;
	const inner = put(child(root, key) ?? emptyMap(value.from), rest, value);
	if (root.kind === "list" && child(root, key))
		return { ...root, items: root.items.with(Number(key), inner) };
	const entries = root.kind === "map" ? root.entries : [];
	return {
		kind: "map",
		from: root.from,
		entries: new Map([...entries, [key, inner]]),
	};
}

/** The same without what is there. */
export function without(root: ConfigNode, keys: Keys): ConfigNode {
	const [key = "", ...rest] = keys;
	const inner = child(root, key);
	if (!inner) return root;
	if (rest.length > 0) return put(root, [key], without(inner, rest));
	if (root.kind === "list")
		return { ...root, items: root.items.toSpliced(Number(key), 1) };
	if (root.kind === "leaf") return root;
	const left = [...root.entries].filter(([name]) => name !== key);
	return { ...root, entries: new Map(left) };
}

/** One laid over the other: maps become one map, of all else the one on top counts. */
export function merge(below: ConfigNode, above: ConfigNode): ConfigNode {
	if (below.kind !== "map" || above.kind !== "map") return above;
	const entries = new Map(below.entries);
	for (const [key, value] of above.entries) {
		const under = entries.get(key);
		entries.set(key, under ? merge(under, value) : value);
	}
	return { kind: "map", entries, from: above.from };
}
