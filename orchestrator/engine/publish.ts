import { type Artifacts, isProblem, type Problem } from "../artifacts/port.ts";
import { mostEntries, tooMuchToPublish } from "../model/disk-limit.ts";
import type { ContainerWork, Task } from "../model/plan.ts";
import { printable } from "../model/quoted.ts";
import type { Prepared, PublishedOutput, Value } from "../model/task-state.ts";
import type { AttemptId, ContainerName, Named } from "../model/words.ts";
import { inputChange } from "./input-change.ts";

/** Check what a task that exited with 0 was given and what it wrote, and make its outputs durable. They become visible when the store records them. */
export async function publish(
	name: ContainerName,
	work: ContainerWork,
	prepared: Prepared,
	parts: {
		readonly artifacts: Artifacts;
		readonly task: Task;
		readonly attempt: AttemptId;
		/** What is only computed again to be compared goes to no path. */
		readonly isReplay: boolean;
		readonly signal: AbortSignal;
	},
): Promise<Value | Problem> {
	const { artifacts, task, attempt, isReplay, signal } = parts;
	const changed = await inputChange(prepared, artifacts, signal);
	if (changed !== null)
		return {
			kind: "problem",
			lost: true,
			message: `${changed} It is tried again, because its input was not one thing.`,
		};
	const used = await artifacts.usage(name, mostEntries(task));
	const much = tooMuchToPublish(task, used);
	if (much !== null) return { kind: "problem", lost: false, message: much };
	const written = await artifacts.result(name);
	if (isProblem(written)) return written;
	const wrong = await misfit(written.value, work);
	if (wrong !== null) return { kind: "problem", lost: false, message: wrong };
	// Another pipeline may have published above or below meanwhile, or be about to.
	const paths = isReplay ? [] : Object.values(work.out);
	const taken = await artifacts.reserve(name, paths);
	if (taken !== null) return { kind: "problem", lost: false, message: taken };
	const outputs = await artifacts.collect(name, work.out, signal);
	if (isProblem(outputs)) return outputs;
	return {
		outputs: madeBy(attempt, outputs),
		result: written.value,
		found: null,
	};
}

const madeBy = (
	maker: AttemptId,
	outputs: Named<PublishedOutput>,
): Named<PublishedOutput> =>
	Object.fromEntries(
		Object.entries(outputs).map(([name, output]) => [
			name,
			{ ...output, maker },
		]),
	);

/** What is wrong with a result, by the schema that the pipeline declared, in a sentence; null when nothing is. */
export async function misfit(
	result: Value["result"],
	{ result: schema }: ContainerWork,
): Promise<string | null> {
	if (schema === undefined) return null;
	if (result === null)
		return "It declares a result and wrote none. Write one JSON object to $BERTH_RESULT.";
	const { z } = await import("zod");
	const parsed = z.fromJSONSchema(schema as never).safeParse(result);
	const issue = parsed.error?.issues[0];
	return issue === undefined
		? null
		: `Its result does not fit what it declares: ${printable(`${issue.path.join(".") || "the object"}: ${issue.message}`)}.`;
}
