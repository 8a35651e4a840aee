import { Fault } from "./stage.ts";
import type { Task } from "./task.ts";

/** Each after those it needs, else as they were (Kahn 1962). */
export function inOrder(tasks: readonly Task[], file: string): readonly Task[] {
	const ordered: Task[] = [];
	const done = new Set<string>();
	let rest = tasks;
	while (rest.length > 0) {
		const [ready, waiting] = [
			rest.filter(({ needs }) => needs.every((name) => done.has(name))),
			rest.filter(({ needs }) => !needs.every((name) => done.has(name))),
		];
		if (ready.length === 0) throw cycle(waiting, file);
		ordered.push(...ready);
		for (const { name } of ready) done.add(name);
		rest = waiting;
	}
	return ordered;
}

function cycle(rest: readonly Task[], file: string): Fault {
	const way: Task[] = [];
	let at = rest[0];
	while (at && !way.includes(at)) {
		way.push(at);
		at = rest.find(({ name }) => way.at(-1)?.needs.includes(name));
	}
	const round = at ? way.slice(way.indexOf(at)) : way;
	const names = [...round, ...(at ? [at] : [])].map(({ stage }) => stage.name);
	return new Fault(
		`${file}:${round[0]?.stage.line ?? 1}: stages need each other in a circle: ${names.join(" needs ")}. Take one of these deps out.`,
	);
}
