import pLimit from "p-limit";
import type { Plan } from "../model/plan.ts";
import type { Ended } from "./child-host.ts";
import { askChild } from "./child-host.ts";
import { describeFiles } from "./describe-files.ts";
import { noFolder, notFound, problem, refuseTwins } from "./entries.ts";
import { snapshotOf } from "./folder.ts";
import { FolderWatch } from "./folder-watch.ts";
import { Listing } from "./listing.ts";
import type { Catalogue, Entry, PlanProblem, PlanRequest } from "./port.ts";
import type { Tell } from "./protocol.ts";

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
	#watch: FolderWatch | null = null;
	#listed: Listing | null = null;

	constructor(options: FolderCatalogueOptions) {
		this.#folder = options.folder;
		this.#zone = options.zone;
		this.#timeoutMs = options.timeoutMs ?? 5_000;
	}

	list(): Promise<readonly Entry[]> {
		return this.#list(null);
	}

	async plan(request: PlanRequest): Promise<Plan | PlanProblem> {
		const entries = await this.#list(request.pipeline);
		const entry = entries.find(({ name }) => name === request.pipeline);
		if (entry?.kind === "broken") return problem("invalid", entry.message);
		if (!entry) return notFound(request.pipeline, entries);
		return this.#inTurn(() => this.#planFile(entry.file, request));
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
		this.#watch?.close();
		this.#watch = null;
		this.#listeners.clear();
	}

	async #list(pipeline: string | null): Promise<readonly Entry[]> {
		const snapshot = await snapshotOf(this.#folder);
		if (snapshot === null) return [noFolder(this.#folder)];
		const { fingerprint, files } = snapshot;
		if (!this.#listed?.answers(fingerprint, pipeline))
			this.#listed = new Listing(fingerprint, this.#describe(files));
		return this.#listed.entries;
	}

	async #planFile(
		file: string,
		request: PlanRequest,
	): Promise<Plan | PlanProblem> {
		let answer: Plan | PlanProblem | undefined;
		const ended = await this.#ask([file], request, (tell) => {
			if (tell.type === "planned") answer = tell.plan;
		});
		const because = ended.how === "died" ? ended.because : "it gave no plan.";
		return answer ?? problem("invalid", `${file}: ${because}`);
	}

	async #describe(files: readonly string[]): Promise<readonly Entry[]> {
		const entries = await describeFiles(files, (rest, hear) =>
			this.#ask(rest, null, hear),
		);
		return this.#remember(refuseTwins(entries));
	}

	#ask(
		files: readonly string[],
		plan: PlanRequest | null,
		hear: (tell: Tell) => void,
	): Promise<Ended> {
		const ask = { folder: this.#folder, zone: this.#zone, files, plan };
		const { signal } = this.#closing;
		return askChild(ask, { timeoutMs: this.#timeoutMs, signal }, hear);
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
}
