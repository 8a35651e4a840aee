import type { Artifacts, Problem } from "../artifacts/port.ts";
import type { ContainerWork } from "../model/plan.ts";
import type {
	FileStamp,
	Prepared,
	Source,
	Value,
} from "../model/task-state.ts";
import type { ContainerName, Json } from "../model/words.ts";

/** Check what a task that exited with 0 was given and what it wrote, and make its outputs durable. They become visible when the store records them. */
export async function publish(
	name: ContainerName,
	work: ContainerWork,
	prepared: Prepared,
	parts: { readonly artifacts: Artifacts; readonly signal: AbortSignal },
): Promise<Value | Problem> {
	const { artifacts, signal } = parts;
	const changed = await artifacts.changed(filesFromOutside(prepared));
	if (changed !== null)
		return {
			kind: "problem",
			lost: true,
			message: `${changed} It is tried again, because its input was not one thing.`,
		};
	const written = await artifacts.result(name);
	if (isProblem(written)) return written;
	const result = await checked(written, work);
	if (isProblem(result)) return result;
	const outputs = await artifacts.collect(name, work.out, signal);
	if (isProblem(outputs)) return outputs;
	return { outputs, result, found: null };
}

const filesFromOutside = ({ in: inputs }: Prepared): FileStamp[] =>
	Object.values(inputs).flatMap(stampsOf);

function stampsOf(source: Source): readonly FileStamp[] {
	switch (source.kind) {
		case "files":
			return source.files;
		case "file":
			return [source.file];
		case "object":
			return [];
	}
}

type Result = { readonly [key: string]: Json } | null;

/** The result against the schema that the pipeline declared. */
async function checked(
	written: unknown,
	{ result: schema }: ContainerWork,
): Promise<Result | Problem> {
	if (schema === undefined) return written as Result;
	if (written === null)
		return problem(
			"It declares a result and wrote none. Write one JSON object to $BERTH_RESULT.",
		);
	const { z } = await import("zod");
	const parsed = z.fromJSONSchema(schema as never).safeParse(written);
	if (parsed.success) return written as Result;
	const issue = parsed.error.issues[0];
	return problem(
		`Its result does not fit what it declares: ${issue?.path.join(".") || "the object"}: ${issue?.message ?? "invalid"}.`,
	);
}

const problem = (message: string): Problem => ({
	kind: "problem",
	lost: false,
	message,
});

const isProblem = (value: unknown): value is Problem =>
	typeof value === "object" &&
	value !== null &&
	(value as Partial<Problem>).kind === "problem" &&
	typeof (value as Partial<Problem>).lost === "boolean";
