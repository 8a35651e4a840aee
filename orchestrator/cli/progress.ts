import type { Berth } from "../api/berth.ts";
import type { RunView, TaskView } from "../api/views.ts";
import { answer } from "./answer.ts";
import { summaryOf } from "./show.ts";

/** Shows a run while it goes on. */
export interface Progress {
	show(view: RunView, berth: Berth): void;
	end(view: RunView): void;
}

export const progressOf = (
	id: string,
	options: { readonly follow?: boolean; readonly json?: boolean },
): Progress => new Lines(id, options.json ?? false);

/** One line for each change of a task. */
class Lines implements Progress {
	readonly #told = new Map<string, string>();
	readonly #json: boolean;

	constructor(id: string, json: boolean) {
		this.#json = json;
		console.error(`Run ${id}`);
	}

	show(view: RunView): void {
		for (const task of view.tasks) {
			const line = lineOf(task);
			if (line === null || this.#told.get(task.name) === line) continue;
			this.#told.set(task.name, line);
			console.error(`${new Date().toISOString().slice(11, 19)}  ${line}`);
		}
	}

	end(view: RunView): void {
		answer(view, this.#json, () => summaryOf(view));
	}
}

function lineOf(task: TaskView): string | null {
	if (task.status === "waiting") return null;
	return `${task.name.padEnd(20)} ${task.status}${task.message ? `: ${task.message}` : ""}`;
}
