import { type Artifacts, isProblem } from "../artifacts/port.ts";
import {
	type Difference,
	differences,
	type Made,
} from "../model/differences.ts";
import { type FileChanges, fileChanges } from "../model/file-changes.ts";
import { stampChanges } from "../model/input-differences.ts";
import { mostSimilar } from "../model/most-similar.ts";
import type { Task } from "../model/plan.ts";
import type { Ingredient } from "../model/recipe.ts";
import type { Source, Value } from "../model/task-state.ts";
import {
	type AttemptId,
	type Instant,
	type Named,
	own,
	type RunId,
	type TaskName,
} from "../model/words.ts";
import type {
	MadeAttempt,
	OneTask,
	Recipes,
	RecipesOf,
} from "../store/recipes-port.ts";

/** The most similar of the attempts that were made before, and what is not as it was then. Null when there was none. */
export async function compare(
	{ store, ...listing }: ComparingParts,
	of: Omit<RecipesOf, "most">,
	after: Made,
): Promise<Comparison | null> {
	const earlier = await store.recipes({ ...of, most: MOST });
	const candidates = earlier
		.filter((attempt) => !isOfItself(attempt, of.before))
		.map((attempt) => ({ ...attempt, gave: gaveSomething(attempt) }));
	const nearest = mostSimilar(candidates, after)?.attempt;
	if (!nearest) return null;
	// Only of this one: what its plan calls things takes reading its plan.
	const one = await store.oneTask(nearest.run, of.task);
	const before: Made = {
		...nearest,
		...(one ? { vars: one.vars, ...wordsOf(one.task) } : {}),
	};
	const files = await changedFiles(listing, before, after);
	return {
		nearest,
		value: one?.state.status === "succeeded" ? one.state.value : null,
		madeAt: await madeAt(store, nearest),
		differences: differences(before, after, files),
	};
}

/** Another try of the same task of the same run, or what took over what this one gave while it waited: neither tells why this one ran. */
const isOfItself = (
	{ run, unchangedSince }: MadeAttempt,
	of: RecipesOf["before"],
): boolean =>
	of !== undefined && (run === of.run || unchangedSince === of.attempt);

export interface ComparingParts extends Listing {
	readonly store: Recipes;
}

interface Listing {
	readonly artifacts: Pick<Artifacts, "filesOf">;
	readonly signal: AbortSignal;
}

export interface Comparison {
	readonly nearest: MadeAttempt;
	/** What it gave, where it was the one that gave something. */
	readonly value: Value | null;
	/** When that was computed: earlier still, where nothing had changed. */
	readonly madeAt: Instant | null;
	readonly differences: readonly Difference[];
}

/** An attempt by its id. */
export async function attemptOf(
	store: Recipes,
	id: AttemptId,
): Promise<OneTask["attempts"][number] | null> {
	const [run = "", task = ""] = id.split("/");
	const one = await store.oneTask(run as RunId, task as TaskName);
	return one?.attempts.find((attempt) => attempt.id === id) ?? null;
}

async function madeAt(
	store: Recipes,
	{ unchangedSince, endedAt }: MadeAttempt,
): Promise<Instant | null> {
	if (unchangedSince === null) return endedAt;
	return (await attemptOf(store, unchangedSince))?.endedAt ?? null;
}

/** How many earlier attempts are looked at. */
const MOST = 50;

/** What the plan says, for differences. */
export const wordsOf = ({ work }: Task): Pick<Made, "work"> =>
	work.kind === "container" ? { work } : {};

export const gaveSomething = ({ ending }: Pick<MadeAttempt, "ending">) =>
	ending?.kind === "unchanged" ||
	(ending?.kind === "exited" && ending.code === 0);

/** Which files of the changed inputs differ, where both can still be listed. */
async function changedFiles(
	listing: Listing,
	before: Made,
	after: Made,
): Promise<Named<FileChanges>> {
	const found = Object.entries(after.recipe.in).map(
		async ([name, is]): Promise<[string, FileChanges][]> => {
			const was = own(before.recipe.in, name);
			if (!was || was.contents === is.contents) return [];
			const changes = await changesOf(listing, was, is);
			return changes === null ? [] : [[name, changes]];
		},
	);
	return Object.fromEntries((await Promise.all(found)).flat());
}

async function changesOf(
	{ artifacts, signal }: Listing,
	{ source: was }: Ingredient,
	{ source: is }: Ingredient,
): Promise<FileChanges | null> {
	if (!hasMany(was) && !hasMany(is)) return null;
	const [before, after] = await Promise.all([
		artifacts.filesOf(was, signal),
		artifacts.filesOf(is, signal),
	]);
	return isProblem(before) || isProblem(after)
		? stampChanges(was, is)
		: fileChanges(before, after);
}

const hasMany = (source: Source): boolean =>
	source.kind === "object" ||
	(source.kind === "files" && source.files.length > 1);
