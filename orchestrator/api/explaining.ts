import type { Foreseen } from "../engine/foresee.ts";
import type { Difference } from "../model/differences.ts";
import type { Task } from "../model/plan.ts";
import type { MetricChange, ParamChange } from "../model/side-by-side.ts";
import type { Json, Named, RunId, TaskName } from "../model/words.ts";

/** What can be asked about why things are as they are. It may take hashing much: that ends when the signal is raised. */
export interface Explaining {
	/** Was anything computed for this task, and if so, what is not as it was before? */
	why(run: RunId, task: TaskName, signal?: AbortSignal): Promise<WhyView>;
	/** What a run now would do, of one pipeline or of all. Nothing is run for it, and nothing remembered. */
	status(
		request: StatusRequest,
		signal?: AbortSignal,
	): Promise<readonly StatusView[]>;
	/** Two artifacts, tasks or runs side by side. `docs/cli.md` says how each is named. */
	diff(a: string, b: string, signal?: AbortSignal): Promise<DiffView>;
}

export interface StatusRequest {
	/** All when absent. */
	readonly pipeline?: string;
	/** YYYY-MM-DD; today in the pipeline's time zone when absent. */
	readonly ds?: string;
	readonly params: Named<Json>;
	/** These tasks and what they need; absent: all. */
	readonly only?: readonly string[];
}

export interface StatusView {
	readonly pipeline: string;
	/** Null when it cannot be planned. */
	readonly ds: string | null;
	/** Why it cannot be planned, in a sentence; else null. */
	readonly problem: string | null;
	readonly tasks: readonly ForecastView[];
}

export interface ForecastView {
	readonly name: string;
	readonly kind: Task["work"]["kind"];
	/**
	 * `unchanged`: what an earlier attempt gave would stand in; `runs`: it would be computed; `depends`: nobody knows before others are over;
	 * `fails`: it could not begin; `found` and `waits`: of a sensor; `promotes`: a path would be moved.
	 */
	readonly outcome: Foreseen["outcome"];
	/** In a sentence, where there is more to say. */
	readonly because: string | null;
	/** What there is to say of its image, such as that its folder has changed since it was built. */
	readonly note: string | null;
	/** The attempt that computed what would stand in. */
	readonly since: string | null;
	/** The tasks that it takes something from of which nobody knows yet what they give. */
	readonly dependsOn: readonly string[];
	/** Of one that would run: the most similar earlier attempt, and what is not as it was in that. */
	readonly compared: ComparedView | null;
	readonly differences: readonly Difference[];
}

export interface WhyView {
	readonly run: string;
	readonly task: string;
	/** The latest one; null when it was never tried. */
	readonly attempt: string | null;
	readonly fingerprint: string | null;
	/** `hit`: what an earlier attempt gave stands in; `miss`: it was computed; `none`: there was nothing to look up. */
	readonly verdict: "hit" | "miss" | "none";
	/** In a sentence. */
	readonly because: string;
	/** Of a hit: the attempt that computed it. */
	readonly since: { readonly attempt: string; readonly at: string } | null;
	/** Of a miss: the most similar earlier attempt. */
	readonly compared: ComparedView | null;
	/** What is not as it was in that one. */
	readonly differences: readonly Difference[];
}

export interface ComparedView {
	readonly attempt: string;
	readonly run: string;
	readonly at: string;
	readonly ending: string | null;
}

export interface DiffView {
	readonly a: SideView;
	readonly b: SideView;
	/** No file differs, and all could be compared. */
	readonly isSame: boolean;
	/** Those that differ, by path; of a run below `<task>.<output>/`. */
	readonly files: readonly FileDiff[];
	/** Why files could not be compared, in sentences. */
	readonly problems: readonly string[];
	readonly metrics: readonly MetricChange[];
	/** Those that differ. */
	readonly params: readonly ParamChange[];
}

export interface SideView {
	readonly kind: "artifact" | "task" | "run";
	readonly name: string;
	/** The attempt that computed it. */
	readonly maker: string | null;
	readonly run: string | null;
	readonly objects: Named<string>;
}

export interface FileDiff {
	readonly path: string;
	readonly change: "added" | "removed" | "changed";
	/** Sizes in bytes. */
	readonly before: number | null;
	readonly after: number | null;
}
