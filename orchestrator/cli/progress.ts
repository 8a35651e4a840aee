import type { Berth } from "../api/berth.ts";
import type { RunView, TaskView } from "../api/views.ts";
import { besideStatus, statusWord } from "./marks.ts";
import { nameWidth } from "./name-width.ts";
import { tookOf } from "./took.ts";

/** Shows a run while it goes on, on standard error. */
export interface Progress {
	show(view: RunView, berth: Berth): void;
	/** Afterwards standard error is as it was. May be called twice. */
	end(view?: RunView): void;
}

export async function progressOf(
	id: string,
	{ follow }: { readonly follow?: boolean },
): Promise<Progress> {
	console.error(`Run ${id}`);
	if (!follow || !process.stderr.isTTY || process.env.TERM === "dumb")
		return new Lines();
	const { Live } = await import("./follow/live.ts");
	return new Live(process.stderr);
}

/** One line for each change of a task that a person would tell another. */
class Lines implements Progress {
	readonly #told = new Map<string, string>();

	show(view: RunView): void {
		const width = nameWidth(view.tasks);
		for (const task of view.tasks) {
			const line = lineOf(task, width);
			if (line === null || this.#told.get(task.name) === line) continue;
			this.#told.set(task.name, line);
			console.error(`${new Date().toISOString().slice(11, 19)}  ${line}`);
		}
	}

	end(): void {}
}

function lineOf(task: TaskView, width: number): string | null {
	const { name, status, message, next, attempts } = task;
	if (status === "waiting" || (isQuick(task) && message === null)) return null;
	const beside = besideStatus(task);
	const last = attempts.at(-1);
	const took = status === "succeeded" && last ? tookOf(last) : null;
	const more = [
		took === null ? "" : `, ${took}`,
		beside ? `${task.unchangedSince === null ? ":" : ""} ${beside}` : "",
		next ? ` ${next}` : "",
	];
	return `${name.padEnd(width)} ${statusWord(task)}${more.join("")}`;
}

/** Usually over before anybody has read it. */
const isQuick = ({ status }: TaskView): boolean =>
	status === "preparing" || status === "starting" || status === "publishing";
