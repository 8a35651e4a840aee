import type { Plan } from "../model/plan.ts";
import { askChild } from "./child-host.ts";
import { snapshotOf } from "./folder.ts";
import { FolderWatch } from "./folder-watch.ts";
import { didYouMean } from "./nearest.ts";
import type {
	Broken,
	Catalogue,
	Entry,
	PlanProblem,
	PlanRequest,
} from "./port.ts";

/** The pipelines of a folder, loaded and planned in processes of their own. */
export class FolderCatalogue implements Catalogue {
	readonly #folder: string;
	readonly #zone: string;
	readonly #timeoutMs: number;
	readonly #listeners = new Set<() => void>();
	/** The pipelines that files defined when they last could be loaded. */
	readonly #names = new Map<string, string>();
	#watch: FolderWatch | null = null;
	#listed: { fingerprint: string; entries: Promise<readonly Entry[]> } | null =
		null;

	constructor(options: FolderCatalogueOptions) {
		this.#folder = options.folder;
		this.#zone = options.zone;
		this.#timeoutMs = options.timeoutMs ?? 10_000;
	}

	async list(): Promise<readonly Entry[]> {
		const snapshot = await snapshotOf(this.#folder);
		if (snapshot === null) return [noFolder(this.#folder)];
		const { fingerprint, files } = snapshot;
		if (this.#listed?.fingerprint !== fingerprint) {
			const entries = this.#describe(files);
			this.#listed = { fingerprint, entries };
			// What could not even be asked is asked anew.
			entries.catch(() => {
				this.#listed = null;
			});
		}
		return this.#listed.entries;
	}

	async plan(request: PlanRequest): Promise<Plan | PlanProblem> {
		const entries = await this.list();
		const entry = entries.find(({ name }) => name === request.pipeline);
		if (entry?.kind === "broken") return problem("invalid", entry.message);
		if (!entry) return notFound(request.pipeline, entries);
		const { file } = entry;
		let answer: Plan | PlanProblem | undefined;
		const ask = { folder: this.#folder, zone: this.#zone, files: [file] };
		const ended = await askChild(
			{ ...ask, plan: request },
			this.#timeoutMs,
			(tell) => {
				if (tell.type === "planned") answer = tell.plan;
			},
		);
		if (answer) return answer;
		const because = ended.how === "died" ? ended.because : "it gave no plan.";
		return problem("invalid", `${file}: ${because}`);
	}

	onChange(listener: () => void): void {
		this.#listeners.add(listener);
		this.#watch ??= new FolderWatch(this.#folder, () => {
			for (const listen of this.#listeners) listen();
		});
	}

	async close(): Promise<void> {
		this.#watch?.close();
		this.#watch = null;
		this.#listeners.clear();
	}

	/** One process for all files; where one of them ends it, a new one goes on with the rest. */
	async #describe(files: readonly string[]): Promise<readonly Entry[]> {
		const entries: Entry[] = [];
		const rest = new Set(files);
		while (rest.size > 0) {
			const ended = await askChild(
				{
					folder: this.#folder,
					zone: this.#zone,
					files: [...rest],
					plan: null,
				},
				this.#timeoutMs,
				(tell) => {
					if (tell.type !== "entry" || !rest.delete(tell.entry.file)) return;
					entries.push(tell.entry);
				},
			);
			if (ended.how === "done") break;
			if (ended.file === null)
				throw new Error(
					`The process that loads pipelines failed: ${ended.because} Look at the machine's memory and processes, and try again.`,
				);
			rest.delete(ended.file);
			entries.push(broken(ended.file, `${ended.file}: ${ended.because}`));
		}
		return this.#remember(refuseTwins(entries));
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
	/** How long one file may take to load, or to plan. Default: 10 s. */
	readonly timeoutMs?: number;
}

/** A name must mean one pipeline: of two files that claim it, neither gets it. */
function refuseTwins(entries: readonly Entry[]): readonly Entry[] {
	const files = Map.groupBy(
		entries.filter(({ kind }) => kind === "pipeline"),
		({ name }) => name,
	);
	return entries.map((entry) => {
		const others = (files.get(entry.name) ?? []).filter(
			({ file }) => file !== entry.file,
		);
		if (entry.kind === "broken" || others.length === 0) return entry;
		const names = others.map(({ file }) => file).join(" and ");
		return broken(
			entry.file,
			`${entry.file}: it defines the pipeline "${entry.name}", and so does ${names}. Rename one of them.`,
			entry.name,
		);
	});
}

const broken = (
	file: string,
	message: string,
	name: string | null = null,
): Broken => ({ kind: "broken", file, name, message });

const noFolder = (folder: string): Broken =>
	broken(
		folder,
		`There is no pipelines folder at ${folder}. Make one with "berth init ${folder}", or set BERTH_PIPELINES.`,
	);

function notFound(name: string, entries: readonly Entry[]): PlanProblem {
	const names = entries.flatMap((entry) =>
		entry.kind === "pipeline" ? [entry.name] : [],
	);
	const failed = entries.filter(({ kind }) => kind === "broken");
	const all = names.length > 0 ? ` There are: ${names.join(", ")}.` : "";
	const others =
		failed.length > 0
			? ` Some files could not be loaded (${failed.map(({ file }) => file).join(", ")}): see "berth check".`
			: "";
	return problem(
		"not-found",
		`There is no pipeline "${name}".${didYouMean(name, names) || all}${others}`,
	);
}

const problem = (
	reason: PlanProblem["reason"],
	message: string,
): PlanProblem => ({ kind: "problem", reason, message });
