import { type Input, PROMOTED, type Task, type Text } from "../model/plan.ts";
import type { DataPath, TaskName } from "../model/words.ts";
import { AuthorError } from "./author-error.ts";
import { Claims } from "./claims.ts";
import { laterPath } from "./paths.ts";
import { Refs, tasksOf } from "./refs.ts";
import type { ArtifactValue } from "./task-schema.ts";
import type { Planned } from "./told.ts";
import type { ResultRef, TaskValue } from "./values.ts";

/** The plan that one call of a pipeline's function makes, while it makes it. */
export class PlanBuilder {
	readonly refs = new Refs();
	readonly planned: Planned;
	readonly #tasks = new Map<string, Task>();
	readonly #claims = new Claims<Claimant>();
	#open = true;

	constructor(planned: Planned) {
		this.planned = planned;
	}

	/** May a task of that name be made now? */
	begin(name: unknown): asserts name is string {
		const task = typeof name === "string" ? name : null;
		if (!this.#open)
			throw new AuthorError(
				"it is made after the pipeline's function has returned. Make all tasks while the function runs, without await or timers.",
				{ task },
			);
		if (task === null || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(task))
			throw new AuthorError(
				`${JSON.stringify(name) ?? "undefined"} is no name for a task. Use letters, digits, "_", "." and "-", at most 100 of them.`,
				{ task },
			);
		if (this.#tasks.has(task))
			throw new AuthorError(
				`the pipeline has two tasks named "${task}". Rename one of them.`,
				{ task },
			);
	}

	add(task: Omit<Task, "name"> & { readonly name: string }): void {
		this.#tasks.set(task.name, { ...task, name: task.name as TaskName });
	}

	/** The plan's tasks, in the order they were made: what a task needs was made before it. */
	close(): Task[] {
		this.#open = false;
		return [...this.#tasks.values()];
	}

	/** The task's name, if it is one of this plan. */
	own(value: TaskValue, user: { task: string; option: string }): TaskName {
		if (value.isOf(this.refs)) return value.name as TaskName;
		throw new AuthorError(
			`option "${user.option}" takes the task "${value.name}" of another plan. Make both tasks in the same call of the pipeline's function; to hand data between pipelines, wait for its path with publication(…).`,
			{ task: user.task },
		);
	}

	/** A word as the plan holds it, and no value of another plan. */
	text(word: string | number | boolean | ResultRef, task: string): Text {
		try {
			return this.refs.parse(`${word}`);
		} catch (error) {
			throw error instanceof AuthorError && error.task === null
				? new AuthorError(error.message, { task })
				: error;
		}
	}

	input(given: ArtifactValue, place: { task: string; option: string }): Input {
		if (typeof given === "string") {
			const path = laterPath(this.text(given, place.task), place);
			return { from: "path", path };
		}
		if (!("kind" in given)) {
			const task = this.own(given.task, place);
			return { from: "output", task, output: given.name };
		}
		const task = this.own(given, place);
		switch (given.kind) {
			case "sensor":
				return { from: "sensor", task };
			case "promotion":
				return { from: "output", task, output: PROMOTED };
		}
	}

	/** Is there a task of that name? */
	has(name: string): boolean {
		return this.#tasks.has(name);
	}

	claim(path: DataPath, by: Claimant): void {
		const taken = this.#claims.add(path, by);
		if (taken === null) return;
		const what =
			taken.path === path
				? "publishes the same path"
				: `publishes "${taken.path}", and one lies inside the other`;
		throw new AuthorError(
			`${by.output === null ? "it promotes" : `its output "${by.output}" goes`} to "${path}", but ${outputOf(taken.owner)}task "${taken.owner.task}" ${what}. Give each ${by.output === null || taken.owner.output === null ? "task" : "output"} a path of its own.`,
			{ task: by.task },
		);
	}
}

/** Who publishes to a path. A promotion has no outputs of its own. */
interface Claimant {
	readonly task: string;
	readonly output: string | null;
}

const outputOf = ({ output }: Claimant): string =>
	output === null ? "" : `output "${output}" of `;

/** The tasks that give the input something. */
export function tasksOfInput(input: Input): readonly string[] {
	switch (input.from) {
		case "output":
		case "sensor":
			return [input.task];
		case "path":
			return tasksOf(input.path);
	}
}
