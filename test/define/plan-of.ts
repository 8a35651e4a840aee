import { basename, dirname } from "node:path";
import { configOf } from "../../orchestrator/define/config/config-of.ts";
import { makePlan } from "../../orchestrator/define/make-plan.ts";
import { Pipeline } from "../../orchestrator/define/pipeline.ts";
import type {
	ContainerWork,
	Plan,
	Task,
} from "../../orchestrator/model/plan.ts";
import type { Json, Named } from "../../orchestrator/model/words.ts";

interface Occasion {
	readonly ds?: string;
	readonly params?: Named<Json>;
	readonly vars?: Named<string>;
}

/** The plan of a pipeline, or of the file (a module's path or URL) that exports one. */
export async function planOf(
	from: Pipeline | string,
	occasion: Occasion = {},
): Promise<Plan> {
	const { ds = "2026-11-20", params = {}, vars = {} } = occasion;
	if (typeof from === "string") {
		const config = await configOf(dirname(from), basename(from));
		return makePlan(await pipelineIn(from), { ds, params, vars, config });
	}
	return makePlan(from, { ds, params, vars, config: null });
}

/** The pipeline that a file exports. */
export async function pipelineIn(file: string): Promise<Pipeline> {
	const module: { default?: unknown } = await import(file);
	if (module.default instanceof Pipeline) return module.default;
	throw new Error(`${file} exports no pipeline`);
}

/** A plan at a glance: every task with what it waits for. */
export const edgesOf = (plan: Plan): Named<readonly string[]> =>
	Object.fromEntries(plan.tasks.map(({ name, after }) => [name, after]));

/** The task of that name. */
export function taskIn(plan: Plan, name: string): Task {
	const task = plan.tasks.find((candidate) => candidate.name === name);
	if (!task) throw new Error(`no task "${name}"`);
	return task;
}

/** The container of that task. */
export function containerIn(plan: Plan, name: string): ContainerWork {
	const { work } = taskIn(plan, name);
	if (work.kind !== "container") throw new Error(`"${name}" is no container`);
	return work;
}
