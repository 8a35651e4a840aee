import { attemptId } from "../../model/names.ts";
import type { TaskState } from "../../model/task-state.ts";
import type {
	AttemptId,
	DataPath,
	ObjectHash,
	RunId,
	TaskName,
} from "../../model/words.ts";
import type { Publication, Publications, Store } from "../../store/port.ts";
import type { Provenance } from "../../store/provenance-port.ts";
import { Refused } from "../berth.ts";
import { meantBy } from "../meant-by.ts";
import { resolveRun } from "../resolve-run.ts";
import { entryNamed } from "../which-entry.ts";
import type { Ref } from "./causes.ts";

/** What is asked of the store. */
export type StartReader = Pick<
	Provenance,
	"attempt" | "taskState" | "objectsLike"
> &
	Pick<Publications, "history" | "covering" | "ofObject" | "published"> &
	Pick<Store, "runs">;

/**
 * What a person means by a text:
 *
 *   models/production         what a path holds now; `models/production@#17`, `@2`, `@2026-11-20` an entry of its history, as for a rollback
 *   models/production/a.json  what holds it
 *   train@2026-11-20/train    the latest attempt of a task, of a run as it is named everywhere; with an attempt's whole id, that attempt
 *   9ab0c1                    an object whose hash begins so
 */
export async function startOf(text: string, reader: StartReader): Promise<Ref> {
	const found =
		(await byPath(text, reader)) ??
		(await byEntry(text, reader)) ??
		(await byAttempt(text, reader)) ??
		(await byHash(text, reader));
	if (found) return found;
	const meant = meantBy(text, await reader.published("" as DataPath));
	throw new Refused(
		"not-found",
		`Nothing is known as "${text}": no published path, no <run>/<task>, and no object whose hash begins so.${meant} "berth artifacts" lists the paths; files from outside are where a lineage ends.`,
	);
}

const publicationRef = (
	publication: Publication | null | undefined,
): Ref | null => (publication ? { kind: "publication", publication } : null);

const byPath = async (text: string, reader: StartReader): Promise<Ref | null> =>
	publicationRef(await reader.covering(text.replace(/\/+$/, "") as DataPath));

async function byEntry(text: string, reader: StartReader): Promise<Ref | null> {
	const at = text.lastIndexOf("@");
	if (at < 1) return null;
	const path = text.slice(0, at) as DataPath;
	const history = await reader.history(path);
	if (history.length === 0) return null;
	return publicationRef(entryNamed(history, path, text.slice(at + 1)));
}

async function byAttempt(
	text: string,
	reader: StartReader,
): Promise<Ref | null> {
	const whole = await reader.attempt(text as AttemptId);
	if (whole) return { kind: "attempt", attempt: whole.id };
	const at = text.lastIndexOf("/");
	if (at < 0) return null;
	const which = text.slice(0, at);
	const task = text.slice(at + 1) as TaskName;
	const found = await byTask(which as RunId, task, reader);
	if (found) return found;
	const run = await runNamed(which, reader);
	return run && byTask(run, task, reader);
}

/** Its latest attempt; of what was carried over, the one in the run that it comes from. */
async function byTask(
	run: RunId,
	task: TaskName,
	reader: StartReader,
): Promise<Ref | null> {
	const state = await reader.taskState(run, task);
	if (!state) return null;
	const attempt = latestOf(run, task, state);
	if (attempt !== null) return { kind: "attempt", attempt };
	if (state.status === "succeeded" && state.by.kind === "carried")
		return byTask(state.by.run as RunId, task, reader);
	throw new Refused(
		"not-found",
		`Task "${task}" of run "${run}" was never tried: it is ${state.status}.`,
	);
}

/** Null where no run is meant. */
async function runNamed(
	which: string,
	reader: StartReader,
): Promise<RunId | null> {
	try {
		return await resolveRun(reader, which);
	} catch (error) {
		if (error instanceof Refused && error.reason === "not-found") return null;
		throw error;
	}
}

function latestOf(
	run: RunId,
	task: TaskName,
	state: TaskState,
): AttemptId | null {
	if ("attempt" in state) return attemptId(run, task, state.attempt);
	return state.status === "succeeded" && state.by.kind !== "carried"
		? attemptId(run, task, state.by.attempt)
		: null;
}

async function byHash(text: string, reader: StartReader): Promise<Ref | null> {
	if (!/^[0-9a-f]{6,64}$/i.test(text)) return null;
	const objects = await reader.objectsLike(text.toLowerCase(), MOST_OBJECTS);
	const [object] = objects;
	if (objects.length > 1) throw ambiguous(text, objects);
	return object === undefined
		? null
		: publicationRef(await reader.ofObject(object));
}

const MOST_OBJECTS = 5;

const ambiguous = (text: string, objects: readonly ObjectHash[]): Refused =>
	new Refused(
		"invalid",
		`"${text}" can be ${objects.length === MOST_OBJECTS ? "many" : objects.length} objects: ${objects.map((hash) => hash.slice(0, 16)).join(", ")}${objects.length === MOST_OBJECTS ? " …" : ""}. Write more of the hash.`,
	);
