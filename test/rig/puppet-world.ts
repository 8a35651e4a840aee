import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { ContainerName, Instant } from "../../orchestrator/model/words.ts";
import type {
	Exit,
	Job,
	Listed,
	Refusal,
	Started,
	Stray,
} from "../../orchestrator/runtimes/port.ts";
import { PuppetTask } from "./puppet-task.ts";

/** Decides at the launch with which code a job exits; undefined leaves it running. */
export type Auto = (job: Job, task: PuppetTask) => number | undefined;

export interface Settings {
	readonly now: () => Instant;
	/** Refuse mounts whose source does not exist. */
	readonly checkMounts: boolean;
}

/** What goes on when clients come and go. */
export class PuppetWorld {
	readonly tasks = new Map<ContainerName, PuppetTask>();
	readonly refusals = new Map<string, Refusal>();
	readonly lacking = new Set<string>();
	readonly versions = new Map<string, number>();
	readonly strays = new Set<Stray>();
	readonly complaints: string[] = [];
	readonly launched: Job[] = [];
	line = new AbortController();
	auto: Auto = () => undefined;
	peak = 0;
	#running = 0;
	readonly #settings: Settings;
	readonly #gone = new Set<ContainerName>();
	readonly #waiting = new Map<string, Queue<PuppetTask>>();

	constructor(settings: Settings) {
		this.#settings = settings;
	}

	launch(job: Job): Started | Refusal {
		const there = this.tasks.get(job.name);
		if (there) return this.#adopt(there, job);
		if (this.#gone.has(job.name))
			this.complain(`launch ${job.name} again, after it was removed`);
		const refusal = this.refusals.get(job.task) ?? this.#badMount(job);
		this.refusals.delete(job.task);
		if (refusal) return refusal;
		const task = new PuppetTask(job, this.#settings.now, () => this.#running--);
		this.tasks.set(job.name, task);
		this.launched.push(job);
		this.peak = Math.max(this.peak, ++this.#running);
		const code = this.auto(job, task);
		if (code !== undefined) task.exit(code);
		else this.#queue(job.task).put(task);
		return task.started;
	}

	next(task: string): Promise<PuppetTask> {
		return this.#queue(task).take();
	}

	known(name: ContainerName): PuppetTask | Vanished {
		const task = this.tasks.get(name);
		if (task) return task;
		if (!this.#gone.has(name))
			this.complain(`wait for ${name}, which was never launched`);
		return new Vanished(name, this.#settings.now());
	}

	remove(name: ContainerName): void {
		this.tasks.get(name)?.forget();
		if (this.tasks.delete(name)) this.#gone.add(name);
	}

	list(): readonly Listed[] {
		return [...this.tasks.values()]
			.filter(({ isThere }) => isThere)
			.map(({ job: { name, attempt }, end }) => ({
				name,
				attempt,
				running: end === null,
			}));
	}

	complain(what: string): never {
		const complaint = `The puppet was told to ${what}. No correct caller does that.`;
		this.complaints.push(complaint);
		throw new Error(complaint);
	}

	#adopt(task: PuppetTask, job: Job): Started {
		if (!isDeepStrictEqual(task.job, job))
			this.complain(`launch another job under the name ${job.name}`);
		return task.started;
	}

	#badMount(job: Job): Refusal | null {
		const missing = job.mounts.find(({ source }) => !existsSync(source));
		if (!missing || !this.#settings.checkMounts) return null;
		const message = `Task "${job.task}" could not be started: there is no ${missing.source} to mount.`;
		return { kind: "refused", message, lost: true };
	}

	#queue(task: string): Queue<PuppetTask> {
		const queue = this.#waiting.get(task) ?? new Queue<PuppetTask>();
		this.#waiting.set(task, queue);
		return queue;
	}
}

/** One that was there, and is not any more. */
class Vanished {
	readonly #exit: Exit;

	constructor(name: ContainerName, at: Instant) {
		const message = `Its container ${name} is gone.`;
		this.#exit = { kind: "ended", ending: { kind: "vanished", message }, at };
	}

	async ended(): Promise<Exit> {
		return this.#exit;
	}
}

/** First come, first served; either side may come first. */
class Queue<T> {
	readonly #items: T[] = [];
	readonly #takers: ((item: T) => void)[] = [];

	put(item: T): void {
		const taker = this.#takers.shift();
		if (taker) taker(item);
		else this.#items.push(item);
	}

	async take(): Promise<T> {
		const item = this.#items.shift();
		if (item !== undefined) return item;
		const { promise, resolve } = Promise.withResolvers<T>();
		this.#takers.push(resolve);
		return await promise;
	}
}
