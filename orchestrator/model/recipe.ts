import { createHash } from "node:crypto";
import { CONTRACT_VERSION } from "../../shared/task-contract.ts";
import type { ContainerWork } from "./plan.ts";
import type { Prepared, PreparedImage, Source } from "./task-state.ts";
import { withGroup } from "./user.ts";
import type { Fingerprint, Json, Named } from "./words.ts";

/**
 * Everything that the outputs of a task depend on, behind its wall. Two attempts of one recipe give the same, wherever and whenever they run:
 * the paths of inputs and outputs are not in it, and the run's date only where the task is seen to use it.
 */
export interface Recipe {
	readonly contract: number;
	readonly image: PreparedImage;
	readonly entrypoint: readonly string[] | null;
	readonly command: readonly string[];
	readonly env: Named<string>;
	readonly workdir: string | null;
	readonly user: string | null;
	readonly params: Named<Json>;
	readonly in: Named<Ingredient>;
	/** Names of its outputs. */
	readonly out: readonly string[];
	/** What it meets in its container beside image, inputs and outputs, by the names of its options and of variables that berth sets; absent when that is nothing. */
	readonly surroundings?: Named<readonly Json[]>;
}

/** An input: what it was, and the hash of what it held. */
export interface Ingredient {
	readonly source: Source;
	readonly contents: string;
}

/** What the task was made from, as it was prepared. Null when an older berth prepared it, which did not hash inputs. */
export function recipeOf(
	work: ContainerWork,
	{ image, command, env, in: sources, contents }: Prepared,
): Recipe | null {
	if (contents === undefined) return null;
	return {
		contract: CONTRACT_VERSION,
		image,
		entrypoint: work.entrypoint ?? null,
		command,
		env,
		workdir: work.workdir ?? null,
		user: work.user === undefined ? null : withGroup(work.user),
		params: work.params ?? {},
		in: Object.fromEntries(
			Object.entries(sources).map(([name, source]) => [
				name,
				{ source, contents: contents[name] ?? "" },
			]),
		),
		out: Object.keys(work.out).toSorted((a, b) => (a < b ? -1 : 1)),
		...surroundingsOf(work),
	};
}

/** Not its limits: they say whether it comes to its end, not what it gives. Nor how large a place in memory is. */
function surroundingsOf({
	wall,
	params,
	told = {},
}: ContainerWork): Pick<Recipe, "surroundings"> {
	const { network, dns, extraHosts, devices, gpus, mounts, tmpfs } = wall;
	const all: Named<readonly Json[]> = {
		network: network === "none" ? [] : [network],
		dns,
		extraHosts,
		devices,
		gpus: gpus === undefined ? [] : [gpus].flat(),
		mounts: mounts.map((mount) => ({ ...mount })),
		tmpfs: Object.keys(tmpfs).toSorted((a, b) => (a < b ? -1 : 1)),
		...Object.fromEntries(
			Object.entries(told).map(([variable, value]) => [variable, [value]]),
		),
		// The file of its params is there, unlike that of a task without params.
		params: params && Object.keys(params).length === 0 ? [params] : [],
	};
	const met = Object.entries(all).filter(([, some]) => some.length > 0);
	return met.length === 0 ? {} : { surroundings: Object.fromEntries(met) };
}

/** The sha256 of the recipe in one written form: of an image its key, not the engine's name for it; of an input its contents, not its place. */
export function fingerprintOf(recipe: Recipe): Fingerprint {
	const { image, in: inputs, params, ...rest } = recipe;
	const facts = {
		...rest,
		// As they stand in the file that it reads: a program may go through them in their order.
		params: JSON.stringify(params),
		image: image.key,
		in: Object.fromEntries(
			Object.entries(inputs).map(([name, { contents }]) => [name, contents]),
		),
	};
	return createHash("sha256")
		.update("berth-recipe-1\n")
		.update(canonical(facts))
		.digest("hex") as Fingerprint;
}

/** JSON with the keys of every object in one order. */
export function canonical(value: unknown): string {
	return JSON.stringify(value, (_, inner: unknown) =>
		typeof inner === "object" && inner !== null && !Array.isArray(inner)
			? Object.fromEntries(
					Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)),
				)
			: inner,
	);
}
