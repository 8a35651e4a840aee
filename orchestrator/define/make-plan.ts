import type { Plan } from "../model/plan.ts";
import type { Json, Named } from "../model/words.ts";
import { AuthorError } from "./author-error.ts";
import type { Context, Shape } from "./authoring.ts";
import type { ConfigSource } from "./config/source.ts";
import { addContainer } from "./container-task.ts";
import { readParams } from "./params.ts";
import type { Pipeline } from "./pipeline.ts";
import { PlanBuilder } from "./plan-builder.ts";
import { addPromotion } from "./promote-task.ts";
import { addFiles, addPublication } from "./sensor-tasks.ts";
import { trackedVars } from "./vars.ts";

/** What a run is planned for. */
export interface Occasion {
	readonly ds: string;
	readonly params: Named<Json>;
	readonly vars: Named<string>;
	/** The pipeline's config folder; null when it has none. */
	readonly config: ConfigSource | null;
}

/** The plan of one run: plain JSON, the same for the same occasion. */
export function makePlan(pipeline: Pipeline, occasion: Occasion): Plan {
	const { ds } = occasion;
	checkDay(ds);
	const { params, choices } = readParams(
		pipeline.params,
		occasion.params,
		occasion,
	);
	const { vars, read } = trackedVars(occasion.vars);
	const builder = new PlanBuilder({ pipeline: pipeline.name, ds });
	const context = contextOf(builder, { ds, params, vars });
	refusePromise(pipeline.build(context));
	const tasks = builder.close();
	if (tasks.length === 0)
		throw new AuthorError(
			"the pipeline's function makes no task. Make at least one with container(…).",
		);
	return {
		pipeline: pipeline.name,
		ds,
		params,
		...(Object.keys(choices).length > 0 && { choices }),
		vars: sorted(read),
		oneAtATime: pipeline.schedule("UTC")?.overlap === "queue",
		tasks,
	};
}

function contextOf(
	builder: PlanBuilder,
	facts: Omit<Occasion, "config">,
): Context<Shape> {
	const made = {
		...facts,
		files: (name: unknown, options: unknown) =>
			addFiles(builder, name, options),
		publication: (name: unknown, options: unknown) =>
			addPublication(builder, name, options),
		container: (name: unknown, options: unknown) =>
			addContainer(builder, name, options),
		promote: (artifact: unknown, to: unknown, options?: unknown) =>
			addPromotion(builder, artifact, to, options),
	};
	// What authors see of these values is less than what they are: their types hide what only the builder may use.
	return made as unknown as Context<Shape>;
}

function refusePromise(returned: unknown): void {
	if (!(returned instanceof Promise)) return;
	returned.catch(() => undefined);
	throw new AuthorError(
		"the pipeline's function is async. A plan is made at once: remove async and await, and let a task do what takes time.",
	);
}

function checkDay(ds: string): void {
	const instant = /^\d{4}-\d{2}-\d{2}$/.test(ds) ? Date.parse(ds) : Number.NaN;
	const isReal =
		!Number.isNaN(instant) && new Date(instant).toISOString().startsWith(ds);
	if (!isReal)
		throw new AuthorError(
			`"${ds}" is no day. Give one as YYYY-MM-DD, such as 2026-11-20.`,
		);
}

const sorted = (record: Named<string>): Named<string> =>
	Object.fromEntries(
		Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)),
	);
