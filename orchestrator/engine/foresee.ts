import type { Artifacts } from "../artifacts/port.ts";
import { beginRun } from "../model/begin.ts";
import { isFresh, isLookedUp, policyOf } from "../model/cache.ts";
import { withState } from "../model/index-run.ts";
import type { ContainerWork, Plan, PromoteWork, Task } from "../model/plan.ts";
import type { Run } from "../model/run.ts";
import type { Prepared, Source, Value } from "../model/task-state.ts";
import type { AttemptId, Instant, RunId, TaskName } from "../model/words.ts";
import type { Runtime } from "../runtimes/port.ts";
import type { Sensors } from "../sensors/port.ts";
import type { Publications, Results } from "../store/port.ts";
import { confirmedBy } from "./foresee-promotion.ts";
import { moved } from "./hits.ts";
import { prepare } from "./prepare.ts";
import { misfit } from "./publish.ts";
import { unknownBefore } from "./unknown-before.ts";

/** What a run of this plan would do now, task by task. Nothing is run, built, pulled, copied or remembered for it. */
export async function foresee(
	plan: Plan,
	parts: ForeseeParts,
	signal: AbortSignal,
): Promise<readonly Foreseen[]> {
	let run = beginRun({ id: "nothing" as RunId, plan });
	const foreseen: Foreseen[] = [];
	for (const task of plan.tasks) {
		signal.throwIfAborted();
		const seen = await foreseeOne(run, task, { ...parts, signal });
		if (seen.outcome === "unchanged" || seen.outcome === "found")
			run = withState(run, task.name, known(seen, parts.now()));
		foreseen.push(seen);
	}
	return foreseen;
}

export interface ForeseeParts {
	readonly artifacts: Pick<
		Artifacts,
		"claim" | "peek" | "contentsOf" | "asNow" | "areWhole"
	>;
	readonly runtime: Pick<Runtime, "resolve">;
	readonly sensors: Pick<Sensors, "look">;
	readonly results: Results;
	readonly publications: Pick<Publications, "newest">;
	readonly instance: string;
	readonly now: () => Instant;
}

export type Foreseen = {
	readonly task: Task;
	/** What there is to say of its image, such as that its folder has changed since it was built. */
	readonly imageNote?: string;
} & Outcome;

type Outcome =
	| {
			readonly outcome: "unchanged";
			readonly since: AttemptId;
			readonly value: Value;
	  }
	/** `because`: where that is known without comparing it. */
	| {
			readonly outcome: "runs";
			readonly because: string | null;
			readonly prepared: Prepared | null;
	  }
	| { readonly outcome: "fails"; readonly message: string }
	/** What it takes is known only once these are over. */
	| { readonly outcome: "depends"; readonly on: readonly TaskName[] }
	| { readonly outcome: "found"; readonly source: Source }
	| { readonly outcome: "waits"; readonly note: string }
	| { readonly outcome: "promotes" };

type Parts = ForeseeParts & { readonly signal: AbortSignal };

async function foreseeOne(
	run: Run,
	task: Task,
	parts: Parts,
): Promise<Foreseen> {
	const on = unknownBefore(run, task);
	if (on.length > 0) return { task, outcome: "depends", on };
	const { work } = task;
	switch (work.kind) {
		case "files":
		case "publication": {
			const seen = await parts.sensors.look(work);
			return seen.kind === "missing"
				? { task, outcome: "waits", note: seen.note }
				: { task, outcome: "found", source: seen };
		}
		case "promote":
			return { task, ...(await promotion(run, work, parts)) };
		case "container":
			return { task, ...(await container(run, task, work, parts)) };
	}
}

/** What the path holds already is unchanged since it was brought there. */
async function promotion(
	run: Run,
	work: PromoteWork,
	parts: Parts,
): Promise<Outcome> {
	const there = await confirmedBy(run, work, parts);
	if (typeof there === "string") return { outcome: "fails", message: there };
	if (there === null) return { outcome: "promotes" };
	const { path, object, bytes, files, maker, attempt } = there;
	const outputs = { promoted: { path, object, bytes, files, maker } };
	const value = { outputs, result: null, found: null };
	return { outcome: "unchanged", since: attempt, value };
}

async function container(
	run: Run,
	task: Task,
	work: ContainerWork,
	{ artifacts, runtime, instance, signal, ...rest }: Parts,
): Promise<Omit<Foreseen, "task"> & Outcome> {
	let absent: string | null = null;
	const notes: string[] = [];
	const prepared = await prepare(
		{
			run,
			command: { do: "prepare", task, attempt: 1 },
			note: () => undefined,
			signal,
		},
		work,
		{
			instance,
			artifacts: {
				claim: (paths) => artifacts.claim(paths),
				source: (path) => artifacts.peek(path),
				contentsOf: (source, until, note) =>
					artifacts.contentsOf(source, until, note),
				asNow: (source) => artifacts.asNow(source),
				pin: () => undefined,
			},
			runtime: {
				resolve: async (image, _note, until) => {
					const found = await runtime.resolve(
						{ ...image, look: true },
						(text) => notes.push(text),
						until,
					);
					if ("kind" in found && found.absent) absent = found.message;
					return found;
				},
			},
		},
	);
	if (!("kind" in prepared))
		return {
			...(await lookedUp(work, prepared, { artifacts, ...rest })),
			...(notes.length > 0 && { imageNote: notes.join("; ") }),
		};
	return absent === null
		? { outcome: "fails", message: prepared.ending.message }
		: { outcome: "runs", because: absent, prepared: null };
}

/** The same that a run would find. */
async function lookedUp(
	work: ContainerWork,
	prepared: Prepared,
	parts: Pick<ForeseeParts, "artifacts" | "results" | "now">,
): Promise<Outcome> {
	const policy = policyOf(work);
	const runs = { outcome: "runs", because: null, prepared } as const;
	if (policy.kind === "never")
		return { ...runs, because: `It is not cached, because ${policy.because}.` };
	if (!isLookedUp(policy) || prepared.fingerprint === undefined) return runs;
	const result = await parts.results.resultOf(prepared.fingerprint);
	if (!result || !isFresh(result, policy, parts.now())) return runs;
	const isThere = await parts.artifacts.areWhole(
		Object.values(result.value.outputs),
	);
	if (!isThere || (await misfit(result.value.result, work)) !== null)
		return runs;
	return {
		outcome: "unchanged",
		since: result.attempt,
		value: moved(result, work),
	};
}

const known = (
	seen: Extract<Foreseen, { outcome: "unchanged" | "found" }>,
	at: Instant,
) =>
	({
		status: "succeeded",
		at,
		by: { kind: "attempt", attempt: 1 },
		value:
			seen.outcome === "unchanged"
				? seen.value
				: { outputs: {}, result: null, found: seen.source },
	}) as const;
