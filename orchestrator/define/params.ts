import { z } from "zod";
import type { Json, Named } from "../model/words.ts";
import { applyOverride, defaultOf } from "./apply-override.ts";
import { AuthorError } from "./author-error.ts";
import type { Shape } from "./authoring.ts";
import { checkParams, refuseOpen } from "./check-params.ts";
import { interpolate } from "./config/interpolate.ts";
import { type ConfigNode, emptyMap } from "./config/node.ts";
import type { ConfigSource } from "./config/source.ts";
import {
	type GroupOverride,
	type Override,
	readOverrides,
} from "./overrides.ts";

/** The params of a run: its config, where the pipeline has one, with what a person said about it, checked, and the defaults of the rest. */
export function readParams(
	shape: Shape,
	given: Named<Json>,
	on: Occasion,
): Read {
	const { config, ds } = on;
	const overrides = readOverrides(given);
	const choosing = overrides.filter((one) => isChoice(one, config));
	const { root, choices } = config?.compose(choosing.map(choiceOf)) ?? {
		root: emptyMap("the params"),
		choices: {},
	};
	const composed = overrides
		.filter((one) => !choosing.includes(one))
		.reduce<ConfigNode>(
			(node, one) => applyOverride(node, one, { shape, config }),
			root,
		);
	if (!config || composed.kind !== "map")
		return { params: checkParams(shape, composed), choices };
	const filled = interpolate(composed, (name) =>
		name === "ds" ? ds : defaultOf(shape, name),
	);
	refuseOpen(filled);
	return { params: checkParams(shape, filled), choices };
}

interface Occasion {
	readonly ds: string;
	/** Null: the pipeline has no config folder. */
	readonly config: ConfigSource | null;
}

interface Read {
	readonly params: Named<Json>;
	/** Group → the file of the config that was chosen. */
	readonly choices: Named<string>;
}

/** JSON Schema of the params, for pages and programs. */
export function paramsSchema(shape: Shape): Json {
	const schema = z.toJSONSchema(z.strictObject(shape), {
		io: "input",
		unrepresentable: "any",
	});
	return JSON.parse(JSON.stringify(schema)) as Json;
}

/** A word or a list for the name of a group chooses its file; an object is laid over its values. */
function isChoice(
	{ key, value }: Override,
	config: ConfigSource | null,
): boolean {
	const [group = ""] = key.split("@");
	const isObject =
		typeof value === "object" && value !== null && !Array.isArray(value);
	return config !== null && Object.hasOwn(config.groups, group) && !isObject;
}

function choiceOf({ op, key, value, from }: Override): GroupOverride {
	if (op === "force")
		throw new AuthorError(
			`${from}: "${key}" is a group. Write --set ${key}=… to change what is chosen, or --set +${key}=… to add a choice.`,
		);
	if (value === null || value === "null")
		return { op, key, option: null, from };
	const word = typeof value === "string" ? value : JSON.stringify(value);
	const [, list] = /^\[(.*)\]$/s.exec(word) ?? [];
	const option = list?.split(",").map((one) => one.trim().replaceAll('"', ""));
	return { op, key, option: option ?? word, from };
}
