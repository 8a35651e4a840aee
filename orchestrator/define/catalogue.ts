import pLimit from "p-limit";
import type { Plan } from "../model/plan.ts";
import { dayOf } from "../model/schedule.ts";
import { Along } from "./along.ts";
import { describeFiles } from "./describe-files.ts";
import { noFolder, notFound, problem, refuseTwins } from "./entries.ts";
import { type Snapshot, snapshotOf } from "./folder.ts";
import { FolderWatch } from "./folder-watch.ts";
import { Listing } from "./listing.ts";
import { type Ended, LoadingProcess } from "./loading-process.ts";
import { PlanMemo } from "./plan-memo.ts";
import type { Catalogue, Entry, PlanProblem, PlanRequest } from "./port.ts";
import type { Ask, Planned, Tell } from "./protocol.ts";

/** The pipelines of a folder, loaded and planned in processes of their own. */
export class FolderCatalogue implements Catalogue {
	readonly #folder: string;
	readonly #zone: string;
	readonly #timeoutMs: number;
	/** Many runs may be due at once, and each is planned in a process. */
	readonly #inTurn = pLimit(4);
	readonly #closing = new AbortController();
	readonly #listeners = new Set<() => void>();
	/** The pipelines that files defined when they last could be loaded. */
	readonly #names = new Map<string, string>();
	readonly #memo = new PlanMemo();
	#watch: FolderWatch | null = null;
	/** One that was started before there was anything to ask. */
	#ready: LoadingProcess | null;
	#listed: Listing | null = null;
	#ahead: { readonly key: string; readonly plan: Promise<Planning> } | null =
		null;

	constructor(options: FolderCatalogueOptions) {
		this.#folder = options.folder;
		this.#zone = options.zone;
		this.#timeoutMs = options.timeoutMs ?? 5_000;
		this.#ready = options.ready ?? null;
	}

	async list(): Promise<readonly Entry[]> {
		return this.#list(await snapshotOf(this.#folder));
	}

	plan(request: PlanRequest): Promise<Plan | PlanProblem> {
		const ahead = this.#ahead;
		if (ahead?.key !== keyOf(request)) return this.#plan(request);
		this.#ahead = null;
		return ahead.plan;
	}

	/** Begin with what will be asked for next: who asks for just that is given it, once. */
	planAhead(request: PlanRequest): void {
		const plan = this.#plan(request);
		plan.catch(() => undefined); // who asks is told
		this.#ahead = { key: keyOf(request), plan };
	}

	async #plan(request: PlanRequest): Promise<Plan | PlanProblem> {
		const snapshot = await snapshotOf(this.#folder);
		const along = new Along(request, snapshot);
		const entries = await this.#list(snapshot, along);
		const entry = entries.find(({ name }) => name === request.pipeline);
		if (entry?.kind === "broken") return problem("invalid", entry.message);
		if (!snapshot || !entry) return notFound(request.pipeline, entries);
		const dated = { ...request, ds: dayOf(request.ds, entry.zone) };
		const known = this.#memo.find(snapshot, dated);
		if (known) return known;
		const planned =
			along.plannedFrom(entry.file) ??
			(await this.#inTurn(() => this.#planFile(entry.file, dated)));
		this.#memo.add(snapshot, dated, planned);
		return planned.plan;
	}

	onChange(listener: () => void): void {
		this.#listeners.add(listener);
		this.#watch ??= new FolderWatch(this.#folder, () => {
			for (const listen of this.#listeners) listen();
		});
	}

	/** Whoever waits for an answer waits no more. */
	async close(): Promise<void> {
		this.#closing.abort(new Error("The pipelines folder was closed."));
		this.#ready?.end();
		this.#watch?.close();
		this.#watch = null;
		this.#listeners.clear();
	}

	/** What is to be planned anyway is planned on the way, where the files have to be asked at all. */
	async #list(
		snapshot: Snapshot | null,
		along?: Along,
	): Promise<readonly Entry[]> {
		if (snapshot === null) return [noFolder(this.#folder)];
		const { fingerprint, files } = snapshot;
		if (!this.#listed?.answers(fingerprint, along?.request.pipeline ?? null))
			this.#listed = new Listing(fingerprint, this.#describe(files, along));
		return this.#listed.entries;
	}

	async #planFile(file: string, request: PlanRequest): Promise<Planned> {
		let answer: Planned | undefined;
		const plan = { file, request };
		const ended = await this.#ask({ files: [], plan }, (tell) => {
			if (tell.type === "planned") answer = tell;
		});
		if (answer) return answer;
		const because = ended.how === "died" ? ended.because : "it gave no plan.";
		const plainly = problem("invalid", `${file}: ${because}`);
		return { file, plan: plainly, isRepeatable: false };
	}

	async #describe(
		files: readonly string[],
		along?: Along,
	): Promise<readonly Entry[]> {
		const entries = await describeFiles(files, (rest, hear) =>
			this.#ask({ files: rest, plan: along?.take() ?? null }, (tell) => {
				if (tell.type === "planned") along?.heard(tell);
				else hear(tell);
			}),
		);
		return this.#remember(refuseTwins(entries));
	}

	#ask(
		what: Pick<Ask, "files" | "plan">,
		hear: (tell: Tell) => void,
	): Promise<Ended> {
		const { signal } = this.#closing;
		signal.throwIfAborted();
		const process = this.#ready ?? new LoadingProcess(this.#folder);
		this.#ready = null;
		const ask = { folder: this.#folder, zone: this.#zone, ...what };
		return process.ask(ask, { timeoutMs: this.#timeoutMs, signal }, hear);
	}

	#remember(entries: readonly Entry[]): readonly Entry[] {
		return entries.map((entry) => {
			if (entry.kind === "pipeline") this.#names.set(entry.file, entry.name);
			return entry.kind === "broken" && entry.name === null
				? { ...entry, name: this.#names.get(entry.file) ?? null }
				: entry;
		});
	}
}

export interface FolderCatalogueOptions {
	/** Absolute. */
	readonly folder: string;
	/** The zone of schedules that name none. */
	readonly zone: string;
	/** How long one file may take to load, or to plan. Default: 5 s. */
	readonly timeoutMs?: number;
	/** Started for this folder, and not asked yet. */
	readonly ready?: LoadingProcess | undefined;
}

type Planning = Plan | PlanProblem;

/** What is asked for at any instant is asked for now. */
const keyOf = ({ ds, ...rest }: PlanRequest): string =>
	JSON.stringify([typeof ds === "string" ? ds : null, rest]);
