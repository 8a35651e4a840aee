import type { Command } from "../model/commands.ts";
import type { Observation } from "../model/events.ts";
import { attemptId } from "../model/names.ts";
import type { Run } from "../model/run.ts";
import type { RunId, TaskName } from "../model/words.ts";
import { untilLetGo } from "./let-go.ts";
import type { Outage } from "./outage.ts";
import { persist } from "./persist.ts";
import type { Work, Worker } from "./worker.ts";

/** Makes what is going on match the commands: one lane for each attempt, where the latest command wins and waits until the one before has let go. */
export class Lanes {
	readonly #worker: Worker;
	readonly #tell: (run: RunId, observation: Observation) => void;
	readonly #onTrouble: (text: string) => void;
	readonly #outage: Outage;
	readonly #lanes = new Map<string, Lane>();
	/** Task (`run/task`) → the keys of its lanes. */
	readonly #ofTask = new Map<string, Set<string>>();
	#isFinishing = false;

	constructor(parts: {
		readonly worker: Worker;
		readonly tell: (run: RunId, observation: Observation) => void;
		/** Something goes wrong; it is tried again. */
		readonly onTrouble: (text: string) => void;
		readonly outage: Outage;
	}) {
		this.#worker = parts.worker;
		this.#tell = parts.tell;
		this.#onTrouble = parts.onTrouble;
		this.#outage = parts.outage;
	}

	/** `of`: the tasks that the commands are complete for; all of the run's when absent. */
	keep(
		run: Run,
		commands: readonly Command[],
		of: Iterable<TaskName> = run.plan.tasks.map(({ name }) => name),
	): void {
		const wanted = new Map(
			commands.map((command) => [keyOf(run, command), command]),
		);
		for (const name of of)
			for (const key of this.#ofTask.get(`${run.id}/${name}`) ?? [])
				if (this.#lanes.get(key)?.command.do !== wanted.get(key)?.do)
					this.#end(`${run.id}/${name}`, key);
		for (const [key, command] of wanted)
			if (!this.#isFinishing || isUnderWay(command))
				this.#begin(key, run, command);
	}

	/** From now on only what has begun in the world goes on to its end: nothing is prepared or watched any more. */
	finishOnly(): void {
		this.#isFinishing = true;
		for (const { command, abort } of this.#lanes.values())
			if (!isUnderWay(command)) abort.abort(NOT_WANTED);
	}

	/** Let go of everything, and do not wait long for what does not let go: false when something has not. What runs in the world goes on. */
	async close(): Promise<boolean> {
		for (const { abort } of this.#lanes.values()) abort.abort(NOT_WANTED);
		const all = Promise.all([...this.#lanes.values()].map(({ done }) => done));
		await untilLetGo(all);
		return [...this.#lanes.values()].every(({ isDone }) => isDone);
	}

	#begin(key: string, run: Run, command: Command): void {
		const before = this.#lanes.get(key);
		if (
			before &&
			before.command.do === command.do &&
			!before.abort.signal.aborted
		)
			return;
		const abort = new AbortController();
		const lane: Lane = {
			command,
			abort,
			done: Promise.resolve(),
			isDone: false,
		};
		this.#lanes.set(key, lane);
		const task = `${run.id}/${command.task.name}`;
		this.#ofTask.set(task, (this.#ofTask.get(task) ?? new Set()).add(key));
		lane.done = (before?.done ?? Promise.resolve())
			.then(() => this.#perform({ run, command, signal: abort.signal }))
			.finally(() => {
				lane.isDone = true;
				if (abort.signal.aborted) this.#forget(task, key, lane);
			});
	}

	/** A lane that is done stays until its command is not wanted any more: what it told may still be in the mail. */
	#end(task: string, key: string): void {
		const lane = this.#lanes.get(key);
		if (lane?.isDone) this.#forget(task, key, lane);
		else lane?.abort.abort(NOT_WANTED);
	}

	async #perform(work: Omit<Work, "note">): Promise<void> {
		const { run, command, signal } = work;
		const of = { task: command.task.name, attempt: command.attempt };
		const note = (text: string): void => {
			if (!signal.aborted)
				this.#tell(run.id, {
					type: "noted",
					...of,
					note: text,
					at: this.#worker.now(),
				});
		};
		const observed = await persist({ ...work, note }, this.#worker, {
			onTrouble: this.#onTrouble,
			outage: this.#outage,
		});
		if (observed && !signal.aborted) this.#tell(run.id, observed);
	}

	#forget(task: string, key: string, lane: Lane): void {
		if (this.#lanes.get(key) !== lane) return;
		this.#lanes.delete(key);
		const keys = this.#ofTask.get(task);
		keys?.delete(key);
		if (keys?.size === 0) this.#ofTask.delete(task);
	}
}

/** Is something of it in the world already, or meant to be? */
export function isUnderWay(command: Command): boolean {
	switch (command.do) {
		case "prepare":
		case "watch":
		case "promote":
			return false;
		case "launch":
		case "wait":
		case "publish":
		case "stop":
		case "release":
			return true;
	}
}

/** One for all, because making an error at each end of a command costs more than the rest of the lane. */
const NOT_WANTED = new Error("The command is not wanted any more.");

interface Lane {
	readonly command: Command;
	readonly abort: AbortController;
	done: Promise<void>;
	isDone: boolean;
}

/** One attempt, one lane: its release comes after all else. */
const keyOf = (run: Run, { task, attempt }: Command): string =>
	attemptId(run.id, task.name, attempt);
