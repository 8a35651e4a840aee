import type { Json } from "../model/words.ts";
import { AuthorError } from "./author-error.ts";
import type { Shape } from "./authoring.ts";
import {
	at,
	type ConfigNode,
	jsonOf,
	type Keys,
	keysOf,
	merge,
	nodeOf,
	put,
	without,
} from "./config/node.ts";
import type { ConfigSource } from "./config/source.ts";
import { isJson } from "./is-json.ts";
import { knownKeys, takesAnything, typesAt } from "./known-types.ts";
import { didYouMean } from "./nearest.ts";
import { keysOfName, type Override } from "./overrides.ts";

/** The params with what a person said about one of them. */
export function applyOverride(
	root: ConfigNode,
	override: Override,
	known: Known,
): ConfigNode {
	const keys = keysOfName(override.key);
	const here = at(root, keys);
	switch (override.op) {
		case "set":
			if (!here && typesAt(known.shape, keys).length === 0)
				throw unknown(root, override, known);
			return placed(root, override, known);
		case "add":
			if (here && !isNull(here))
				throw new AuthorError(
					`${override.from}: "${override.key}" is there already (${here.from}). Leave out the "+" to change it.`,
				);
			return placed(root, override, known);
		case "force":
			return placed(root, override, known);
		case "remove":
			if (!here) throw unknown(root, override, known);
			refuseOther(here, override, known);
			return without(root, keys);
	}
}

/** In Hydra, too, nothing counts as not being there. */
const isNull = (node: ConfigNode): boolean =>
	node.kind === "leaf" && node.value === null;

/** What is known of the params before they have values. */
export interface Known {
	readonly shape: Shape;
	readonly config: ConfigSource | null;
}

/** A map is laid over the one that is there. */
function placed(
	root: ConfigNode,
	override: Override,
	known: Known,
): ConfigNode {
	const keys = keysOfName(override.key);
	const value = nodeOfWord(override, keys, known);
	const whole = withDefault(root, keys, known.shape);
	const here = at(whole, keys);
	return put(whole, keys, here ? merge(here, value) : value);
}

/** To change a part of a param that is not given, begin with what it is by default. */
function withDefault(root: ConfigNode, keys: Keys, shape: Shape): ConfigNode {
	const [name = "", ...more] = keys;
	if (more.length === 0 || at(root, [name])) return root;
	const json = defaultOf(shape, name);
	return json === undefined
		? root
		: put(root, [name], nodeOf(json, "its default"));
}

/** What a param is when nobody gives it. */
export function defaultOf(shape: Shape, name: string): Json | undefined {
	const type = Object.hasOwn(shape, name) ? shape[name] : undefined;
	const { data } = type?.safeParse(undefined) ?? {};
	return isJson(data) ? data : undefined;
}

/** A word is read as the type of its param: itself if that fits, else JSON, else YAML. */
function nodeOfWord(
	{ value, from }: Pick<Override, "value" | "from">,
	keys: Keys,
	{ shape, config }: Known,
): ConfigNode {
	if (typeof value !== "string") return nodeOf(value, from);
	const types = typesAt(shape, keys).filter(
		(type) => config === null || !takesAnything(type),
	);
	const json = fromJson(value);
	const guess = json ?? config?.word(value) ?? value;
	const isNamed = config !== null && value.includes("${");
	const readings: Json[] = isNamed ? [value] : [value, guess];
	const fitting = readings.find((one) =>
		types.some((type) => type.safeParse(one).success),
	);
	return nodeOf(fitting ?? (isNamed ? value : guess), from);
}

function fromJson(text: string): Json | undefined {
	try {
		return JSON.parse(text) as Json;
	} catch {
		return undefined;
	}
}

function refuseOther(
	here: ConfigNode,
	{ key, value, from }: Override,
	known: Known,
): void {
	if (value === null) return;
	const wanted = jsonOf(nodeOfWord({ value, from }, keysOfName(key), known));
	const found = JSON.stringify(jsonOf(here));
	if (JSON.stringify(wanted) !== found)
		throw new AuthorError(
			`${from}: "${key}" is ${found} (${here.from}), so it is not taken away. Write --set '~${key}' to take it away whatever it is.`,
		);
}

function unknown(
	root: ConfigNode,
	{ key, from }: Override,
	{ shape, config }: Known,
): AuthorError {
	const group = key.replaceAll(".", "/");
	if (config && Object.hasOwn(config.groups, group))
		return new AuthorError(
			`there is no param "${key}", but a group of that name: choose one of its files with --set ${group}=….`,
		);
	const keys = keysOfName(key);
	for (const [index] of keys.entries()) {
		const above = keys.slice(0, keys.length - 1 - index);
		const names = namesBelow(root, above, shape);
		if (names.length > 0) return noParam(key, names, from);
	}
	return noParam(key, [], from);
}

function namesBelow(root: ConfigNode, above: Keys, shape: Shape) {
	const node = at(root, above);
	const found = [...(node ? keysOf(node) : []), ...knownKeys(shape, above)];
	return [...new Set(found)].map((name) => [...above, name].join("."));
}

/** A param that nobody declared, with the nearest that is. */
export function noParam(
	key: string,
	names: readonly string[],
	from: string,
): AuthorError {
	const known =
		names.length === 0
			? " The pipeline has no params."
			: ` Its params are ${names.join(", ")}.`;
	const place = from.startsWith("--set ") ? "" : ` (${from})`;
	return new AuthorError(
		`there is no param "${key}"${place}.${didYouMean(key, names) || known}`,
	);
}
