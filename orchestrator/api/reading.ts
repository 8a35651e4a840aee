import type { Catalogue, Entry } from "../define/port.ts";
import { containerName } from "../model/names.ts";
import { nextDue } from "../model/schedule.ts";
import { isOver } from "../model/task-state.ts";
import type { ContainerName, Instant, RunId } from "../model/words.ts";
import { iso } from "../model/words.ts";
import type { LogStore } from "../store/logs-port.ts";
import type {
	Publication,
	RunDetail,
	RunFilter,
	Store,
	Variable,
} from "../store/port.ts";
import {
	type LogLine,
	type LogRequest,
	type PipelineView,
	Refused,
} from "./berth.ts";
import { lineOf } from "./log-lines.ts";
import { headOf, type RunHead, type RunView, viewOf } from "./views.ts";

/** Everything that can be answered from what is stored, by the owner or by anybody who may read the data directory. */
export class Reading {
	readonly #parts: ReadingParts;

	constructor(parts: ReadingParts) {
		this.#parts = parts;
	}

	async pipelines(): Promise<readonly PipelineView[]> {
		const entries = await this.#parts.catalogue.list();
		return entries.map((entry) => pipelineView(entry, this.#parts.now()));
	}

	async runs(filter: RunFilter): Promise<readonly RunHead[]> {
		return (await this.#parts.store.runs(filter)).map(headOf);
	}

	async run(id: RunId): Promise<RunView> {
		return viewOf(await this.detail(id));
	}

	async detail(id: RunId): Promise<RunDetail> {
		const run = await this.#parts.store.run(id);
		if (run) return run;
		throw new Refused(
			"not-found",
			`There is no run "${id}". "berth runs" lists them.`,
		);
	}

	/** What is stored of a log. */
	logs(request: LogRequest, _signal?: AbortSignal): AsyncIterable<LogLine> {
		return this.follow(request, async () => false);
	}

	/** What is stored of the log; with `more`, goes on whenever that says so, until it says there is no more to come. */
	async *follow(
		request: LogRequest,
		more: (attempt: number) => Promise<boolean>,
	): AsyncIterable<LogLine> {
		let attempt = await this.#attempt(request);
		for (;;) {
			const name = this.#name(request, attempt);
			for (let offset = 0, isLast = false; ; ) {
				const { frames, next } = await this.#parts.logs.read(name, offset);
				for (const frame of frames) yield lineOf(frame);
				if (next === offset && isLast) break;
				if (next === offset) isLast = !(await more(attempt));
				offset = next;
			}
			if (!request.follow || request.attempt !== undefined) return;
			const latest = await this.#attempt(request);
			if (latest === attempt) return;
			attempt = latest;
		}
	}

	vars(): Promise<readonly Variable[]> {
		return this.#parts.store.vars();
	}

	async artifacts(prefix: string): Promise<readonly Publication[]> {
		const path = prefix.replace(/\/+$/, "") as Publication["path"];
		const history = path === "" ? [] : await this.#parts.store.history(path);
		return history.length > 0 ? history : this.#parts.store.published(path);
	}

	async #attempt({ run, task, attempt }: LogRequest): Promise<number> {
		const detail = await this.detail(run);
		const record = detail.tasks.find(({ name }) => name === task);
		if (!record)
			throw new Refused(
				"not-found",
				`Run "${run}" has no task "${task}". It has ${detail.plan.tasks.map(({ name }) => name).join(", ")}.`,
			);
		const latest = record.attempts.at(-1)?.number;
		if (
			attempt !== undefined &&
			!record.attempts.some(({ number }) => number === attempt)
		)
			throw new Refused(
				"not-found",
				`Task "${task}" has no attempt ${attempt}; its latest is ${latest ?? "none"}.`,
			);
		if (attempt !== undefined || latest !== undefined)
			return attempt ?? latest ?? 1;
		if (isOver(record.state))
			throw new Refused(
				"not-found",
				`Task "${task}" of run "${run}" was never tried: it is ${record.state.status}.`,
			);
		return 1;
	}

	#name({ run, task }: LogRequest, attempt: number): ContainerName {
		return containerName(this.#parts.instance, run, task, attempt);
	}
}

/** What can be asked when nobody owns the data directory. */
export class ReadOnly extends Reading {
	readonly close: () => Promise<void>;

	constructor(parts: ReadingParts, close: () => Promise<void>) {
		super(parts);
		this.close = close;
	}
}

export interface ReadingParts {
	readonly store: Store;
	readonly logs: LogStore;
	readonly catalogue: Catalogue;
	readonly instance: string;
	readonly now: () => Instant;
}

/** A pipeline as lists show it. */
export function pipelineView(entry: Entry, now: Instant): PipelineView {
	if (entry.kind === "broken")
		return {
			name: entry.name ?? entry.file,
			file: entry.file,
			problem: entry.message,
			schedule: null,
			params: null,
		};
	const { name, file, schedule, params } = entry;
	const next = schedule === null ? null : nextDue(schedule, now);
	return {
		name,
		file,
		problem: null,
		schedule:
			schedule === null
				? null
				: {
						cron: schedule.cron,
						zone: schedule.zone,
						next: next === null ? null : iso(next),
					},
		params,
	};
}
