import { mayHaveContainer } from "./index-run.ts";
import type { Owed, Run } from "./run.ts";
import type { TaskState } from "./task-state.ts";
import type { TaskName } from "./words.ts";

/** An attempt that leaves the states in which a container may be there owes a release. */
export function owedAfter(
	run: Run,
	name: TaskName,
	before: TaskState,
	after: TaskState,
): Run {
	if (!mayHaveContainer(before) || mayHaveContainer(after)) return run;
	const owed: Owed = { attempt: before.attempt, keep: isWorthKeeping(after) };
	const owes = run.owed.get(name) ?? [];
	return { ...run, owed: run.owed.set(name, [...owes, owed]) };
}

export function withoutOwed(run: Run, name: TaskName, attempt: number): Run {
	const owes = run.owed.get(name);
	if (!owes?.some((owed) => owed.attempt === attempt)) return run;
	const left = owes.filter((owed) => owed.attempt !== attempt);
	const owed =
		left.length > 0 ? run.owed.set(name, left) : run.owed.delete(name);
	return { ...run, owed };
}

/** What a failed attempt wrote is worth a look. */
const isWorthKeeping = ({ status }: TaskState): boolean =>
	status === "failed" || status === "resting";
