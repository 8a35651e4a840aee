import type { Catalogue, Entry } from "../define/port.ts";
import { few } from "../model/few.ts";
import { containerName } from "../model/names.ts";
import { nextDue } from "../model/schedule.ts";
import { isOver } from "../model/task-state.ts";
import type {
	AttemptId,
	DataPath,
	Instant,
	RunId,
	TaskName,
} from "../model/words.ts";
import { iso } from "../model/words.ts";
import { type LogStore, logBeginning } from "../store/logs-port.ts";
import type {
	Publication,
	RunDetail,
	RunFilter,
	Store,
	TaskRecord,
} from "../store/port.ts";
import {
	type LogLine,
	type LogRequest,
	type PipelineView,
	Refused,
} from "./berth.ts";
import type { ComparingParts } from "./compare.ts";
import { diff } from "./diff.ts";
import type { SideStore } from "./diff-side.ts";
import type { DiffView, WhyView } from "./explaining.ts";
import { staying } from "./gone.ts";
import { type HistoryView, historyView } from "./history-view.ts";
import type { LineageGraph } from "./lineage/graph.ts";
import type { LineageReader } from "./lineage/lookups.ts";
import { type StartReader, startOf } from "./lineage/start.ts";
import { lineageOf } from "./lineage/walk.ts";
import { lineOf } from "./log-lines.ts";
import { replayReport } from "./replay-report.ts";
import type { ReplayView } from "./replaying.ts";
import {
	headOf,
	type PublicationView,
	publicationView,
	type RunHead,
	type RunView,
	type VariableView,
	variableView,
	viewOf,
} from "./views.ts";
import { why } from "./why.ts";

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

	/** As whoever watches it sees it: without the inputs of its tasks, until all of it is settled. */
	async glance(id: RunId): Promise<RunView> {
		const run = await this.detail(id, "inputs");
		return run.settled ? this.run(id) : viewOf(run);
	}

	async detail(id: RunId, leaveOut?: "inputs"): Promise<RunDetail> {
		const run = await this.#parts.store.run(id, leaveOut);
		if (run) return run;
		throw new Refused(
			"not-found",
			`There is no run "${id}". "berth runs" lists them.`,
		);
	}

	async lineage(of: string): Promise<LineageGraph> {
		const { store } = this.#parts;
		return lineageOf(await startOf(of, store), store);
	}

	async replayed(id: RunId, signal = staying()): Promise<ReplayView> {
		const replay = await this.detail(id);
		const { replays } = replay.plan;
		if (replays === undefined)
			throw new Refused(
				"conflict",
				`Run "${id}" is no replay. "berth replay '${id}'" makes one of it.`,
			);
		const of = await this.detail(replays);
		return replayReport(replay, of, { ...this.#parts, signal });
	}

	/** What is stored of the log of an attempt: the one asked for, or the latest. */
	async *logs(request: LogRequest): AsyncIterable<LogLine> {
		const { attempts, state } = await this.task(request);
		const attempt = request.attempt ?? attempts.at(-1)?.number;
		if (attempt === undefined)
			throw new Refused(
				"not-found",
				`Task "${request.task}" of run "${request.run}" was not tried yet: it is ${state.status}.`,
			);
		const { tail } = request;
		yield* this.lines(request, {
			...{ attempt, tail },
			...{ growths: () => 0, more: async () => false },
		});
	}

	/** What is stored of the attempt's log, and what more comes, until `more` says that nothing will. */
	async *lines(
		{ run, task }: Pick<LogRequest, "run" | "task">,
		{ attempt, tail, growths, more }: Lines,
	): AsyncIterable<LogLine> {
		const { logs, instance } = this.#parts;
		const name = containerName(instance, run, task, attempt);
		if (!(await logs.has(name))) await this.#refuseWithout(run, task, attempt);
		let from = tail === undefined ? logBeginning : await logs.tail(name, tail);
		for (let isLast = false; ; ) {
			const before = growths();
			const { records, next, isEnd } = await logs.read(name, from);
			for (const record of records) yield lineOf(record, attempt);
			if (isEnd && isLast) return;
			if (isEnd) isLast = !(await more(before));
			from = next;
		}
	}

	/** There is no log: because nothing was written yet, or never will be, or not any more. */
	async #refuseWithout(run: RunId, task: TaskName, number: number) {
		const { settled } = await this.run(run);
		const { attempts, state } = await this.task({ run, task, follow: false });
		const attempt = attempts.find((one) => one.number === number);
		if (attempt?.unchangedSince)
			throw new Refused(
				"not-found",
				`Task "${task}" of run "${run}" has no log: it was unchanged, so no container ran. ${logOf(attempt.unchangedSince)}`,
			);
		if (attempt?.startedAt === null && attempt.ending && isOver(state))
			throw new Refused(
				"not-found",
				`Task "${task}" of run "${run}" has no log: no container ran in its attempt ${number}.${attempt.ending.message ? ` ${attempt.ending.message}` : ""}`,
			);
		if (!settled || !attempt?.startedAt || !attempt.endedAt) return;
		throw new Refused(
			"not-found",
			`The log of task "${task}" (attempt ${number}, ended ${iso(attempt.endedAt)}) is not there any more: logs of runs that are over are kept for as long as BERTH_KEEP_LOGS says, and then removed.`,
		);
	}

	/** The task as it is; refused when there is no such task, or not the attempt that is asked for. */
	async task({ run, task, attempt }: LogRequest): Promise<TaskRecord> {
		const detail = await this.detail(run);
		const record = detail.tasks.find(({ name }) => name === task);
		if (!record)
			throw new Refused(
				"not-found",
				`Run "${run}" has no task "${task}". It has ${namesOf(detail)}.`,
			);
		if (
			attempt === undefined ||
			record.attempts.some(({ number }) => number === attempt)
		)
			return record;
		throw new Refused(
			"not-found",
			`Task "${task}" has no attempt ${attempt}; its latest is ${record.attempts.at(-1)?.number ?? "none"}.`,
		);
	}

	async why(run: RunId, task: TaskName, signal = staying()): Promise<WhyView> {
		const view = await why({ ...this.#parts, signal }, run, task);
		if (view) return view;
		await this.task({ run, task, follow: false });
		throw new Refused("not-found", `Run "${run}" has no task "${task}".`);
	}

	diff(a: string, b: string, signal = staying()): Promise<DiffView> {
		return diff({ ...this.#parts, signal }, a, b);
	}

	async vars(): Promise<readonly VariableView[]> {
		return (await this.#parts.store.vars()).map(variableView);
	}

	async history(text: string): Promise<readonly HistoryView[]> {
		const path = text.replace(/\/+$/, "") as DataPath;
		return (await this.#parts.store.entries(path)).map(historyView);
	}

	async artifacts(prefix: string): Promise<readonly PublicationView[]> {
		const path = prefix.replace(/\/+$/, "") as Publication["path"];
		const history = path === "" ? [] : await this.#parts.store.history(path);
		const found =
			history.length > 0 ? history : await this.#parts.store.published(path);
		return found.map(publicationView);
	}
}

/** `<run>/<task>/<n>` computed what stands in. */
function logOf(since: AttemptId): string {
	const [number, task, ...run] = since.split("/").toReversed();
	const of = run.toReversed().join("/");
	return `What it gives was computed by ${since}, whose log \`berth logs '${of}' ${task} --attempt ${number}\` shows.`;
}

export interface Lines {
	readonly attempt: number;
	/** Only that many lines of what is there already. */
	readonly tail?: number | undefined;
	/** How often a log has grown. */
	readonly growths: () => number;
	/** Waits for more than there was after so many growths; false when nothing can come any more. */
	readonly more: (growths: number) => Promise<boolean>;
}

const namesOf = ({ plan }: RunDetail): string =>
	few(
		plan.tasks.map(({ name }) => name),
		30,
	);

/** What can be asked when nobody owns the data directory. */
export class ReadOnly extends Reading {
	readonly close: () => Promise<void>;

	constructor(parts: ReadingParts, close: () => Promise<void>) {
		super(parts);
		this.close = close;
	}
}

export interface ReadingParts {
	readonly store: Store & LineageReader & StartReader & SideStore;
	readonly artifacts: ComparingParts["artifacts"];
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
			groups: {},
		};
	const { name, file, schedule, params, groups } = entry;
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
		groups,
	};
}
