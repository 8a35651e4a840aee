import { AuthorError } from "../author-error.ts";
import { didYouMean } from "../nearest.ts";
import { type ConfigMap, type ConfigNode, emptyMap } from "./node.ts";
import { readYaml } from "./read-yaml.ts";

/** One file of a config folder. */
export interface ConfigFile {
	/** Where it lies in the pipelines folder: `train/config/model/cart.yaml`. */
	readonly label: string;
	/** Where it says its contents belong (`# @package _global_`), as `model.part`; the root is "". Null where it does not say. */
	readonly header: string | null;
	/** What it is put together from, in order, itself (`_self_`) included. */
	readonly defaults: readonly Default[];
	readonly content: ConfigMap;
}

/** An entry of a defaults list. */
export type Default =
	| { readonly kind: "self"; readonly from: string }
	| {
			readonly kind: "config";
			/** Relative to the file's own folder, or from the root of the config folder with a slash before it. */
			readonly path: string;
			readonly package: string | null;
			readonly from: string;
	  }
	| GroupDefault;

export interface GroupDefault {
	readonly kind: "group";
	/** As the path above. */
	readonly group: string;
	readonly package: string | null;
	readonly option: Option;
	readonly isOptional: boolean;
	readonly isOverride: boolean;
	readonly from: string;
}

/** The file or files of a group that count; null for none. */
export type Option = string | null | readonly string[];

/** A file's text, read. */
export function readConfigFile(text: string, label: string): ConfigFile {
	const root = readYaml(text, label);
	const isEmpty = root.kind === "leaf" && root.value === null;
	const content = isEmpty ? emptyMap(`${label}:1`) : root;
	if (content.kind !== "map")
		throw new AuthorError(
			`${label}: it must hold keys with values, such as "seed: 42", and not a ${content.kind === "list" ? "list" : "single value"}.`,
		);
	const entries = new Map(content.entries);
	const list = entries.get("defaults");
	entries.delete("defaults");
	return {
		label,
		header: headerOf(text),
		defaults: withSelf(list ? defaultsOf(list) : [], label),
		content: { ...content, entries },
	};
}

/** A file that does not say where it stands among its defaults comes last, over all of them: so it is in Hydra since 1.1. */
function withSelf(list: readonly Default[], label: string): readonly Default[] {
	const own = list.filter(({ kind }) => kind === "self");
	if (own.length > 1)
		throw new AuthorError(
			`${own[1]?.from}: "_self_" is in the defaults list twice. Remove one of them.`,
		);
	return own.length === 1 ? list : [...list, { kind: "self", from: label }];
}

export const isOverride = (one: Default): boolean =>
	one.kind === "group" && one.isOverride;

function defaultsOf(list: ConfigNode): readonly Default[] {
	if (list.kind === "leaf" && list.value === null) return [];
	if (list.kind !== "list")
		throw new AuthorError(
			`${list.from}: "defaults" must be a list, such as "- model: logistic" and "- _self_".`,
		);
	return list.items.map(defaultOf);
}

function defaultOf(item: ConfigNode): Default {
	const { from } = item;
	if (item.kind === "leaf" && typeof item.value === "string") {
		if (item.value === "_self_") return { kind: "self", from };
		const [path, at] = splitPackage(item.value, from);
		return { kind: "config", path: checked(path, from), package: at, from };
	}
	const [only, ...more] = item.kind === "map" ? item.entries : [];
	if (!only || more.length > 0)
		throw new AuthorError(
			`${from}: an entry of the defaults list must be one choice ("- model: logistic"), a file ("- base") or "- _self_".`,
		);
	const [key, value] = only;
	return { ...groupOf(key, from), option: optionOf(value, key), from };
}

function groupOf(key: string, from: string) {
	const words = key.trim().split(/\s+/);
	const name = words.pop() ?? "";
	for (const word of words)
		if (word !== "optional" && word !== "override")
			throw new AuthorError(
				`${from}: "${word}" is no word for a choice of the defaults list.${didYouMean(word, ["optional", "override"])} There are: optional, override.`,
			);
	const [group, at] = splitPackage(name, from);
	return {
		kind: "group" as const,
		group: checked(group, from),
		package: at,
		isOptional: words.includes("optional"),
		isOverride: words.includes("override"),
	};
}

function optionOf(node: ConfigNode, group: string): Option {
	if (node.kind === "leaf" && node.value === null) return null;
	const options = node.kind === "list" ? node.items : [node];
	const names = options.map((one) => {
		const name =
			one.kind === "leaf" && one.value !== null ? String(one.value) : "";
		if (/^(\?\?\?|[\w.${}/-]+)$/.test(name)) return name;
		throw new AuthorError(
			`${one.from}: the choice of "${group}" must be the name of one of its files without .yaml, such as "- ${group}: small".`,
		);
	});
	return node.kind === "list" ? names : (names[0] ?? null);
}

function splitPackage(name: string, from: string): [string, string | null] {
	const [path = "", at, ...more] = name.split("@");
	if (more.length > 0 || at === "")
		throw new AuthorError(
			`${from}: "${name}" must have one "@" with a package behind it, such as "optimizer@model.second".`,
		);
	return [path, at ?? null];
}

/** Names of files and folders, and nothing that leads elsewhere. */
function checked(path: string, from: string): string {
	if (/^\/?\w[\w.${}-]*(\/\w[\w.${}-]*)*$/.test(path)) return path;
	throw new AuthorError(
		`${from}: "${path}" does not lead to a file of the config folder. Write names with "/" between them, without ".." and without .yaml, such as "model/base".`,
	);
}

/** The value of `# @package …` among the comments that a file begins with. */
function headerOf(text: string): string | null {
	for (const line of text.split("\n").map((one) => one.trim())) {
		if (line === "") continue;
		if (!line.startsWith("#")) return null;
		const [, name] = /^#\s*@package\s+(\S+)$/.exec(line) ?? [];
		if (name !== undefined) return name.replace(/^_global_\.?/, "");
	}
	return null;
}
