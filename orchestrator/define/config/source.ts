import type { Json, Named } from "../../model/words.ts";
import type { GroupOverride } from "../overrides.ts";
import type { ConfigMap } from "./node.ts";

/** A pipeline's config folder, as those see it who know nothing of YAML. */
export interface ConfigSource {
	/** Each group with its choices: `model` → `cart`, `logistic`. */
	readonly groups: Named<readonly string[]>;
	/** The config, put together; values that name others are not filled in yet. */
	compose(overrides: readonly GroupOverride[]): Composed;
	/** A word of the command line as YAML: `0.1`, `[1, 2]`, `{a: b}`; the word itself when it is none. */
	word(text: string): Json;
}

/** Where the config files of the pipeline in that file lie: `train.ts` has `train/config`. */
export const configFolderName = (file: string): string =>
	`${file.replace(/\.m?[jt]s$/, "")}/config`;

export interface Composed {
	readonly root: ConfigMap;
	/** Group → the file that was chosen. */
	readonly choices: Named<string>;
}
