import { stateOf } from "../model/index-run.ts";
import type { Input, Task, Text, Work } from "../model/plan.ts";
import type { Run } from "../model/run.ts";
import type { TaskName } from "../model/words.ts";

/** The tasks that it takes something from of which nobody knows yet what they give. What only comes first does not matter, unless it may publish what is read by its path. */
export function unknownBefore(run: Run, { work, after }: Task): TaskName[] {
	const taken = new Set(takenFrom(work));
	const unknown = after.filter(
		(name) => stateOf(run, name).status !== "succeeded",
	);
	return readsPaths(work) ? unknown : unknown.filter((name) => taken.has(name));
}

function takenFrom(work: Work): readonly string[] {
	switch (work.kind) {
		case "files":
		case "publication":
			return [];
		case "promote":
			return work.from.from === "object" ? [] : inInput(work.from);
		case "container":
			return [
				...Object.values(work.in).flatMap(inInput),
				...work.command.flatMap(inText),
				...Object.values(work.env).flatMap(inText),
			];
	}
}

function readsPaths(work: Work): boolean {
	switch (work.kind) {
		case "files":
		case "publication":
			return true;
		case "promote":
			return work.from.from === "path";
		case "container":
			return Object.values(work.in).some(({ from }) => from === "path");
	}
}

const inInput = (input: Input): readonly string[] =>
	input.from === "path" ? inText(input.path) : [input.task];

function inText(text: Text): readonly string[] {
	if (typeof text === "string") return [];
	if ("$ref" in text) return text.$ref.slice(0, 1);
	return text.$text.flatMap(inText);
}
