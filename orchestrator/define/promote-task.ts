import type { PromoteWork } from "../model/plan.ts";
import type { TaskName } from "../model/words.ts";
import { AuthorError } from "./author-error.ts";
import { optionsOf, readOptions, show, text } from "./option-schema.ts";
import { dataPath } from "./paths.ts";
import type { PlanBuilder } from "./plan-builder.ts";
import { tasksOfInput } from "./plan-builder.ts";
import { type ArtifactValue, artifact, orderShape } from "./task-schema.ts";
import { PromotionValue, SensorValue } from "./values.ts";

/** The options of `promote`. */
export const promoteSchema = optionsOf(
	{ name: text("a task's name").optional(), ...orderShape },
	"an object, which may be left out: { after: [validate] }",
);

/** Adds a promotion to the plan. */
export function addPromotion(
	plan: PlanBuilder,
	given: unknown,
	to: unknown,
	options: unknown = {},
): PromotionValue {
	const isPath = typeof to === "string" && to !== "";
	const task = isPath ? nameFor(plan, to) : "promote";
	const { name = task, ...read } = readOptions(promoteSchema, options, task);
	plan.begin(name);
	if (!isPath)
		throw new AuthorError(
			`promote(artifact, path) takes the path to promote to, below the data directory, such as "models/production", not ${show(to)}.`,
			{ task: name },
		);
	const work = workOf(plan, name, { from: artifactOf(given, name), to });
	const named = read.after.map((value) =>
		plan.own(value, { task: name, option: "after" }),
	);
	const needed = work.from.from === "object" ? [] : tasksOfInput(work.from);
	plan.add({
		name,
		work,
		after: [...new Set([...named, ...needed])] as TaskName[],
		join: read.join,
		retries: read.retries,
	});
	return new PromotionValue(name, plan.refs);
}

function workOf(
	plan: PlanBuilder,
	task: string,
	given: { readonly from: ArtifactValue; readonly to: string },
): PromoteWork {
	const to = dataPath(given.to, { task, option: "path" });
	const from = plan.input(given.from, { task, option: "artifact" });
	if (from.from === "path" && from.path === to)
		throw new AuthorError(
			`it promotes "${to}" to itself. Name the path whose artifact is to be there.`,
			{ task },
		);
	plan.claim(to, { task, output: null });
	return { kind: "promote", from, to };
}

function artifactOf(given: unknown, task: string): ArtifactValue {
	const read = artifact.safeParse(given);
	if (!read.success)
		throw new AuthorError(
			`promote(artifact, path) takes a task's output (train.out.model), a publication sensor, or a published path, not ${show(given)}.`,
			{ task },
		);
	if (read.data instanceof SensorValue && read.data.of === "files")
		throw new AuthorError(
			`sensor "${read.data.name}" finds files from outside, and only what a task has published can be promoted. Let a task publish them, or wait for a publication.`,
			{ task },
		);
	return read.data;
}

/** Such as `promote-models-production`, and a number behind it where that is taken. */
function nameFor(plan: PlanBuilder, to: string): string {
	const slug = to
		.replace(/[^A-Za-z0-9._-]+/g, "-")
		.replace(/^-+|-+$/g, "")
		.slice(0, LONGEST);
	const name = slug === "" ? "promote" : `promote-${slug}`;
	for (let n = 2, free = name; ; n++) {
		if (!plan.has(free)) return free;
		free = `${name}-${n}`;
	}
}

/** A task's name has at most 100 letters. */
const LONGEST = 80;
