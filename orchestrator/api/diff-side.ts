import type { Task } from "../model/plan.ts";
import {
	fromTaskOn,
	type Measured,
	measuredOf,
} from "../model/side-by-side.ts";
import type {
	AttemptId,
	DataPath,
	Json,
	Named,
	ObjectHash,
	RunId,
	TaskName,
} from "../model/words.ts";
import type { RunDetail, Store } from "../store/port.ts";
import type { Provenance } from "../store/provenance-port.ts";
import { Refused } from "./berth.ts";
import { meantBy } from "./meant-by.ts";
import { resolveRun } from "./resolve-run.ts";
import { entryNamed } from "./which-entry.ts";

/** One of two things that are compared. */
export interface Side {
	readonly kind: "artifact" | "task" | "run";
	/** What it is, in full. */
	readonly name: string;
	/** The attempt that computed it; of a run, none. */
	readonly maker: string | null;
	readonly run: string | null;
	/** Its folders: of an artifact the one, under no name; of a task by output, of a run by `<task>.<output>`. */
	readonly objects: Named<ObjectHash>;
	readonly metrics: Named<Measured>;
	readonly params: Named<Json>;
}

export type SideStore = Pick<
	Store,
	"history" | "ofObject" | "published" | "run" | "runs"
> &
	Pick<Provenance, "objectsLike">;

/**
 * What a person means: a published path, `path@2` (so many back), `path@#12` or another word for an entry of its history; an object's hash or its beginning;
 * a run; or `<run>/<task>`.
 */
export async function sideOf(store: SideStore, words: string): Promise<Side> {
	return (
		(await publishedSide(store, words.replace(/\/+$/, ""))) ??
		(await objectSide(store, words)) ??
		(await runSide(store, words))
	);
}

async function publishedSide(
	store: SideStore,
	words: string,
): Promise<Side | null> {
	const [newest] = await store.history(words as DataPath);
	if (newest) return artifact(store, { ...newest, name: words });
	const at = words.lastIndexOf("@");
	if (at < 1) return null;
	const path = words.slice(0, at) as DataPath;
	const history = await store.history(path);
	if (history.length === 0) return null;
	const entry = entryNamed(history, path, words.slice(at + 1));
	return artifact(store, { ...entry, name: `${path}@#${entry.id}` });
}

async function objectSide(
	store: SideStore,
	words: string,
): Promise<Side | null> {
	if (!/^[0-9a-f]{6,64}$/i.test(words)) return null;
	const found = await store.objectsLike(words.toLowerCase(), 2);
	const [object] = found;
	if (object === undefined) return null;
	if (found.length > 1)
		throw new Refused(
			"invalid",
			`"${words}" begins the hashes of several objects. Write more of it.`,
		);
	const known = await store.ofObject(object);
	const name = `object ${object.slice(0, 12)}`;
	return artifact(store, { object, name, maker: known?.maker ?? null });
}

interface Made {
	readonly name: string;
	readonly object: ObjectHash;
	readonly maker: AttemptId | null;
}

/** Its metrics: those of the task that made it, and of every task that came after that one in the same run. */
async function artifact(
	store: SideStore,
	{ name, object, maker }: Made,
): Promise<Side> {
	const [run = "", task = ""] = maker?.split("/") ?? [];
	const detail = maker === null ? null : await store.run(run as RunId);
	return {
		kind: "artifact",
		name,
		maker,
		run: detail?.id ?? null,
		objects: { "": object },
		metrics: detail
			? metricsIn(detail, fromTaskOn(detail.plan, task as TaskName))
			: {},
		params: detail?.params ?? {},
	};
}

async function runSide(store: SideStore, words: string): Promise<Side> {
	const slash = words.lastIndexOf("/");
	const which = slash < 0 ? words : words.slice(0, slash);
	const detail = await detailOf(store, which, words);
	return slash < 0 ? wholeRun(detail) : oneTask(detail, words.slice(slash + 1));
}

async function detailOf(
	store: SideStore,
	which: string,
	words: string,
): Promise<RunDetail> {
	try {
		const detail = await store.run(await resolveRun(store, which));
		if (detail) return detail;
	} catch (error) {
		if (!(error instanceof Refused) || error.reason !== "not-found")
			throw error;
	}
	const meant = meantBy(words, await store.published("" as DataPath));
	throw new Refused(
		"not-found",
		`Nothing is "${words}": no published path, no entry of one's history (path@2, path@#12), no object's hash (six characters or more), no run and no <run>/<task>.${meant} "berth artifacts" and "berth runs" list what there is.`,
	);
}

function wholeRun(detail: RunDetail): Side {
	return {
		kind: "run",
		name: detail.id,
		maker: null,
		run: detail.id,
		objects: Object.fromEntries(
			detail.tasks.flatMap(({ name }) => objectsIn(detail, name, `${name}.`)),
		),
		metrics: metricsIn(detail, detail.plan.tasks),
		params: detail.params,
	};
}

function oneTask(detail: RunDetail, name: string): Side {
	const task = detail.plan.tasks.find((one) => one.name === name);
	if (!task)
		throw new Refused("not-found", `Run "${detail.id}" has no task "${name}".`);
	const record = detail.tasks.find((one) => one.name === name);
	return {
		kind: "task",
		name: `${detail.id}/${name}`,
		maker: record?.attempts.at(-1)?.id ?? null,
		run: detail.id,
		objects: Object.fromEntries(objectsIn(detail, task.name, "")),
		metrics: metricsIn(detail, [task]),
		params: detail.params,
	};
}

function objectsIn(
	{ tasks }: RunDetail,
	name: TaskName,
	before: string,
): [string, ObjectHash][] {
	const state = tasks.find((task) => task.name === name)?.state;
	if (state?.status !== "succeeded") return [];
	return Object.entries(state.value.outputs).map(([output, { object }]) => [
		`${before}${output}`,
		object,
	]);
}

function metricsIn(
	{ tasks }: RunDetail,
	wanted: readonly Task[],
): Named<Measured> {
	const states = new Map(tasks.map(({ name, state }) => [name, state]));
	return Object.fromEntries(
		wanted.flatMap((task) => {
			const state = states.get(task.name);
			if (state?.status !== "succeeded") return [];
			const measured = measuredOf(task, state.value.result);
			return Object.entries(measured).map(([key, value]) => [
				`${task.name}.${key}`,
				value,
			]);
		}),
	);
}
