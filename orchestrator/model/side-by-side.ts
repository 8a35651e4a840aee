import { asWord, leavesOf } from "./knobs.ts";
import { type Direction, directionOf, metricsOf } from "./metrics.ts";
import type { Plan, Task } from "./plan.ts";
import type { Json, Named, TaskName } from "./words.ts";

/** A number that came out, and whether it is better. */
export interface Measured {
	readonly value: number;
	/** As its task declares it, else as its name says; null when nobody knows. */
	readonly better: Direction | null;
}

/** One metric of two things. */
export interface MetricChange {
	readonly name: string;
	readonly a: number | null;
	readonly b: number | null;
	/** Is b better or worse than a? Null where that is unknown, or there is nothing to compare. */
	readonly change: "better" | "worse" | "same" | null;
}

export interface ParamChange {
	readonly name: string;
	readonly a: Json;
	readonly b: Json;
}

/** The numbers of a task's result, with the direction that its pipeline declares: `z.number().meta({ better: "higher" })`. */
export function measuredOf(
	{ work }: Task,
	result: { readonly [key: string]: Json } | null,
): Named<Measured> {
	const schema = work.kind === "container" ? work.result : undefined;
	return Object.fromEntries(
		Object.entries(metricsOf(result)).map(([key, value]) => [
			key,
			{ value, better: declared(schema, key) ?? directionOf(key) },
		]),
	);
}

function declared(
	schema: { readonly [key: string]: Json } | undefined,
	key: string,
): Direction | null {
	const properties = (schema?.properties ?? {}) as Named<Named<Json>>;
	const better = properties[key]?.better;
	return better === "higher" || better === "lower" ? better : null;
}

/** Every metric of either, a's first. */
export function metricChanges(
	a: Named<Measured>,
	b: Named<Measured>,
): readonly MetricChange[] {
	const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
	return names.map((name) => {
		const [was, is] = [a[name], b[name]];
		return {
			name,
			a: was?.value ?? null,
			b: is?.value ?? null,
			change: was && is ? changeOf(was, is) : null,
		};
	});
}

function changeOf(was: Measured, is: Measured): MetricChange["change"] {
	if (was.value === is.value) return "same";
	const better = is.better ?? was.better;
	if (better === null) return null;
	return is.value > was.value === (better === "higher") ? "better" : "worse";
}

/** The params that differ, by their dotted names. */
export function paramChanges(
	a: Named<Json>,
	b: Named<Json>,
): readonly ParamChange[] {
	const [was, is] = [leavesOf(a), leavesOf(b)];
	const names = [...new Set([...was.keys(), ...is.keys()])];
	return names.flatMap((name) => {
		const [from = null, to = null] = [was.get(name), is.get(name)];
		return asWord(from) === asWord(to) ? [] : [{ name, a: from, b: to }];
	});
}

/** The task and every one that comes after it, directly or not. */
export function fromTaskOn({ tasks }: Plan, name: TaskName): readonly Task[] {
	const found = new Set([name]);
	for (const task of tasks)
		if (task.after.some((before) => found.has(before))) found.add(task.name);
	return tasks.filter((task) => found.has(task.name));
}
