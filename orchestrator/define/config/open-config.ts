import type { Json } from "../../model/words.ts";
import { AuthorError } from "../author-error.ts";
import type { GroupOverride } from "../overrides.ts";
import { type ConfigFolder, configFolderOf } from "./config-folder.ts";
import { expand, type Step } from "./expand.ts";
import { type ConfigNode, emptyMap, jsonOf, merge, put } from "./node.ts";
import { readYaml } from "./read-yaml.ts";
import type { Composed, ConfigSource } from "./source.ts";

/** The config folder of the pipeline in that file; null when it has none. */
export function openConfig(
	pipelines: string,
	file: string,
): ConfigSource | null {
	const folder = configFolderOf(pipelines, file);
	return folder && { groups: folder.groups(), word, compose: composer(folder) };
}

function composer(folder: ConfigFolder) {
	return (overrides: readonly GroupOverride[]): Composed => {
		const { steps, choices } = expand(folder, overrides);
		const start: ConfigNode = emptyMap(folder.label("config.yaml"));
		const root = steps.reduce(laid, start);
		return { root: root.kind === "map" ? root : emptyMap(root.from), choices };
	};
}

function laid(root: ConfigNode, { file, package: keys }: Step): ConfigNode {
	const { from } = file.content;
	return merge(root, put(emptyMap(from), keys, file.content));
}

function word(text: string): Json {
	try {
		return jsonOf(readYaml(text, ""));
	} catch (error) {
		if (error instanceof AuthorError) return text;
		throw error;
	}
}
