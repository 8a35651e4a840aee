import type { Berth, LogLine } from "../../api/berth.ts";
import type { RunView, TaskView } from "../../api/views.ts";
import type { RunId, TaskName } from "../../model/words.ts";
import { isActive } from "./choose.ts";
import { calm } from "./text-width.ts";

/** The last lines that the running tasks wrote. */
export class Tails {
	readonly lines = new Map<string, string[]>();
	readonly #open = new Map<string, AbortController>();

	/** Read on for the tasks that are active now, and let the others go. */
	follow(run: RunView, berth: Berth): void {
		const active = run.tasks.filter(isTalking);
		const names = new Set(active.map(({ name }) => name));
		for (const [name, stop] of this.#open)
			if (!names.has(name)) {
				stop.abort();
				this.#open.delete(name);
				this.lines.delete(name);
			}
		for (const { name } of active)
			if (!this.#open.has(name) && this.#open.size < MOST_AT_ONCE)
				void this.#read(run.id, name, berth);
	}

	end(): void {
		for (const stop of this.#open.values()) stop.abort();
		this.#open.clear();
	}

	async #read(run: string, name: string, berth: Berth): Promise<void> {
		const stop = new AbortController();
		this.#open.set(name, stop);
		const request = {
			run: run as RunId,
			task: name as TaskName,
			follow: true,
			tail: LINES,
		};
		try {
			for await (const line of berth.logs(request, stop.signal)) {
				if (stop.signal.aborted) return;
				this.#keep(name, line);
			}
		} catch {
			// Another owner is asked at the next look; a picture without a log is no reason to end.
			if (this.#open.get(name) === stop) this.#open.delete(name);
		}
	}

	#keep(name: string, { text }: LogLine): void {
		const lines = this.lines.get(name) ?? [];
		lines.push(calm((text ?? "(not text)").slice(0, 2000)));
		this.lines.set(name, lines.slice(-LINES));
	}
}

const LINES = 5;
/** More would not fit on a screen. */
const MOST_AT_ONCE = 8;

const isTalking = (task: TaskView): boolean =>
	task.kind === "container" && task.attempts.length > 0 && isActive(task);
