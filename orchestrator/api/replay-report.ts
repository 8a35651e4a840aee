import { isDeepStrictEqual } from "node:util";
import { type Artifacts, isProblem } from "../artifacts/port.ts";
import { fileChanges } from "../model/file-changes.ts";
import type { Task } from "../model/plan.ts";
import { isFinal, type TaskState, type Value } from "../model/task-state.ts";
import {
	type Named,
	type ObjectHash,
	own,
	type TaskName,
} from "../model/words.ts";
import type { RunDetail, TaskRecord } from "../store/port.ts";
import { attemptsOf, type Kinds, kindsOf, whyNot } from "./replay-run.ts";
import type {
	OtherOutput,
	OtherValue,
	ReplayedTask,
	ReplayView,
} from "./replaying.ts";

/** What a replay gave, beside what the run gave that it replays. */
export async function replayReport(
	replay: RunDetail,
	of: RunDetail,
	listing: Listing,
): Promise<ReplayView> {
	const parts: Parts = {
		of,
		kinds: kindsOf(of),
		only: replay.trigger.kind === "replay" ? replay.trigger.only : undefined,
		pinned: new Set(replay.plan.tasks.flatMap(pinnedIn)),
		states: new Map(replay.tasks.map(({ name, state }) => [name, state])),
		listing,
	};
	const tasks: ReplayedTask[] = [];
	for (const task of of.tasks) tasks.push(await compared(task, parts));
	const isOver = replay.status !== "queued" && replay.status !== "running";
	const counted = tasks.filter(({ outcome }) => outcome !== "left-out");
	return {
		run: replay.id,
		of: of.id,
		status: replay.status,
		identical: isOver
			? counted.every(({ outcome }) => outcome === "identical")
			: null,
		tasks,
	};
}

interface Listing {
	readonly artifacts: Pick<Artifacts, "filesOf">;
	readonly signal: AbortSignal;
}

interface Parts {
	readonly of: RunDetail;
	readonly kinds: Kinds;
	/** Undefined: all were asked for. */
	readonly only: TaskName | undefined;
	/** Tasks that are done again. */
	readonly pinned: ReadonlySet<TaskName>;
	readonly states: ReadonlyMap<TaskName, TaskState>;
	readonly listing: Listing;
}

const pinnedIn = ({ name, work }: Task): TaskName[] =>
	work.kind === "container" && work.pinned ? [name] : [];

async function compared(
	before: TaskRecord,
	parts: Parts,
): Promise<ReplayedTask> {
	const { name } = before;
	const state = parts.states.get(name);
	if (!parts.pinned.has(name) || !state) return notDone(before, parts);
	if (before.state.status !== "succeeded")
		throw new Error(`Task "${name}" is replayed, but did not succeed then.`);
	return state.status === "succeeded"
		? besideEachOther(name, [before.state.value, state.value], parts.listing)
		: { ...bare(name), ...endedOtherwise(state) };
}

/** What could have been done again, had an older berth written down what it was made from, is no success. */
function notDone(before: TaskRecord, { of, kinds, only }: Parts): ReplayedTask {
	const { name } = before;
	const left = { ...bare(name), outcome: "left-out" } as const;
	if (attemptsOf(of.id, before, kinds).length === 0)
		return { ...left, message: whyNot(before, kinds) };
	if (only !== undefined && only !== name)
		return { ...left, message: "It was not asked for." };
	return { ...left, outcome: "impossible", message: whyNot(before, kinds) };
}

const bare = (name: string) =>
	({ name, outputs: [], result: [], message: null }) as const;

function endedOtherwise(
	state: Exclude<TaskState, { status: "succeeded" }>,
): Pick<ReplayedTask, "outcome" | "message"> {
	switch (state.status) {
		case "failed": {
			const { ending } = state;
			const outcome = isFinal(ending) ? "impossible" : "failed";
			return { outcome, message: ending.message };
		}
		case "skipped":
			return {
				outcome: "failed",
				message:
					"It ended with a code that means that there is nothing to do; then it had something to do.",
			};
		case "cancelled":
			return { outcome: "failed", message: "It was cancelled." };
		case "waiting":
		case "preparing":
		case "starting":
		case "running":
		case "publishing":
		case "stopping":
		case "watching":
		case "promoting":
		case "resting":
			return { outcome: "going-on", message: null };
	}
}

async function besideEachOther(
	name: string,
	[before, after]: readonly [Value, Value],
	listing: Listing,
): Promise<ReplayedTask> {
	const outputs = await otherOutputs(before, after, listing);
	const result = otherValues(before.result ?? {}, after.result ?? {});
	const isSame = outputs.length === 0 && result.length === 0;
	return {
		name,
		outcome: isSame ? "identical" : "different",
		message: null,
		outputs,
		result,
	};
}

async function otherOutputs(
	before: Value,
	after: Value,
	listing: Listing,
): Promise<OtherOutput[]> {
	const others: OtherOutput[] = [];
	for (const name of namesOf(before.outputs, after.outputs)) {
		const was = own(before.outputs, name);
		const is = own(after.outputs, name);
		if (was?.object === is?.object) continue;
		others.push({
			name,
			path: was?.path ?? is?.path ?? "",
			before: was?.object ?? null,
			after: is?.object ?? null,
			files: was && is ? await changes(was.object, is.object, listing) : null,
		});
	}
	return others;
}

async function changes(
	before: ObjectHash,
	after: ObjectHash,
	{ artifacts, signal }: Listing,
): Promise<OtherOutput["files"]> {
	const [was, is] = await Promise.all(
		[before, after].map((object) =>
			artifacts.filesOf({ kind: "object", object, inside: null }, signal),
		),
	);
	if (!was || !is || isProblem(was) || isProblem(is)) return null;
	return fileChanges(was, is);
}

/** Numbers are the same when they are exactly equal. */
const otherValues = (
	before: NonNullable<Value["result"]>,
	after: NonNullable<Value["result"]>,
): OtherValue[] =>
	namesOf(before, after).flatMap((key) => {
		const [was = null, is = null] = [own(before, key), own(after, key)];
		return isDeepStrictEqual(was, is) ? [] : [{ key, before: was, after: is }];
	});

const namesOf = (one: Named<unknown>, other: Named<unknown>): string[] => [
	...new Set([...Object.keys(one), ...Object.keys(other)]),
];
