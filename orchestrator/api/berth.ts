import type { PartWish } from "../model/part-of-plan.ts";
import type { Json, Named, RunId, TaskName } from "../model/words.ts";
import type { RunFilter } from "../store/port.ts";
import type { Collecting } from "./collecting.ts";
import type { Explaining } from "./explaining.ts";
import type { HistoryView } from "./history-view.ts";
import type { Tracing } from "./lineage/asking.ts";
import type { PromoteRequest, RollbackRequest } from "./promotions.ts";
import type { Replaying } from "./replaying.ts";
import type {
	PublicationView,
	RunHead,
	RunView,
	VariableView,
} from "./views.ts";

/**
 * What a person or a program can ask of berth. The owner of a data directory answers it itself (`api/owner.ts`);
 * `api/client.ts` asks the owner over HTTP. Wrong wishes are thrown as `Refused`.
 */
export interface Berth extends Collecting, Explaining, Replaying, Tracing {
	/** What answers, in words for `doctor` and `up`. */
	about(): Promise<About>;
	pipelines(): Promise<readonly PipelineView[]>;
	start(request: StartRequest): Promise<RunView>;
	runs(filter: RunFilter): Promise<readonly RunHead[]>;
	run(id: RunId): Promise<RunView>;
	/** The run now, and again whenever it changes, until it is settled: then with what its tasks took. */
	watch(id: RunId, signal: AbortSignal): AsyncIterable<RunView>;
	cancel(id: RunId): Promise<RunView>;
	/** A new run on the same plan, which carries over what succeeded. */
	retry(id: RunId, request?: RetryRequest): Promise<RunView>;
	/** A run that has a path hold what another one holds now; null when it does already. */
	promote(request: PromoteRequest): Promise<RunView | null>;
	/** A run that has a path hold what it held before; null when it does already. */
	rollback(request: RollbackRequest): Promise<RunView | null>;
	/** A run for every combination of values: all are planned before the first is made. Asking again with the same key makes no more. */
	sweep(request: SweepRequest): Promise<readonly RunHead[]>;
	/** Make the runs of a sweep that are missing, and retry those that failed or were cancelled. Answers with the newest run of each combination. */
	resumeSweep(id: string): Promise<readonly RunHead[]>;
	/** Lines of a task's log, oldest first; with `follow`, until the task is over, through all its attempts. */
	logs(request: LogRequest, signal: AbortSignal): AsyncIterable<LogLine>;
	vars(): Promise<readonly VariableView[]>;
	setVar(name: string, value: string): Promise<void>;
	unsetVar(name: string): Promise<void>;
	/** Newest publications of all paths under a prefix; the history when the path is one itself. */
	artifacts(prefix: string): Promise<readonly PublicationView[]>;
	/** Everything that was ever at a path, newest first, with who, when and which run. */
	history(path: string): Promise<readonly HistoryView[]>;
	close(): Promise<void>;
}

/** Who asks for a run. */
export interface Asking {
	/** A ULID: asking again with the same makes no second run, should the answer have been lost. */
	readonly key?: string;
	/** The account of who asks; absent where that is not known. */
	readonly by?: string;
}

export interface About {
	readonly version: string;
	readonly data: string;
	/** The pipelines folder that runs are planned from. */
	readonly pipelines: string;
	readonly instance: string;
	readonly runtime: "docker" | "local";
	/** Why that runtime, in a sentence. */
	readonly because: string;
	readonly parallel: number;
	/** What stands in the way of its work now, in sentences. */
	readonly troubles: readonly string[];
	/** One of them is the database's: nothing is launched or ended until it is over. */
	readonly isHeld: boolean;
}

export interface StartRequest extends Asking, PartWish {
	readonly pipeline: string;
	/** YYYY-MM-DD; today in the pipeline's time zone when absent. */
	readonly ds?: string;
	/** As given with `--set k=v`: strings that are read as the param's type. */
	readonly params: Named<Json>;
}

export interface RetryRequest extends Asking {
	/** Compute anew what is not carried over. */
	readonly noCache?: boolean;
}

export interface SweepRequest
	extends Pick<StartRequest, "pipeline" | "ds" | "by"> {
	/** Param → its values, as given with `--set k=a,b` or `--set k=1..5`. */
	readonly sets: Named<string>;
	/** A ULID. */
	readonly key: string;
}

export interface LogRequest {
	readonly run: RunId;
	readonly task: TaskName;
	/** The latest when absent. */
	readonly attempt?: number;
	readonly follow: boolean;
	/** Only that many lines of what is there already. */
	readonly tail?: number;
}

export interface LogLine {
	/** Of which attempt. */
	readonly attempt: number;
	readonly time: string;
	readonly stream: "stdout" | "stderr";
	/** False when the line goes on in the stream's next one. */
	readonly complete: boolean;
	/** Lines that are not UTF-8 come as base64. */
	readonly text?: string;
	readonly base64?: string;
}

export interface PipelineView {
	readonly name: string;
	readonly file: string;
	/** What is wrong with the file, when something is: then the rest is absent. */
	readonly problem: string | null;
	readonly schedule: {
		readonly cron: string;
		readonly zone: string;
		readonly next: string | null;
	} | null;
	/** JSON Schema of the params. */
	readonly params: Json;
	/** Each group of its config folder with its choices. */
	readonly groups: Named<readonly string[]>;
}

/** What was asked cannot be done, in a sentence for the person who asked. */
export class Refused extends Error {
	override readonly name = "Refused";
	/** `not-found`: there is no such thing; `invalid`: the wish itself is wrong; `conflict`: not now; `unavailable`: not while storage is in trouble. */
	readonly reason: "not-found" | "invalid" | "conflict" | "unavailable";
	constructor(reason: Refused["reason"], message: string) {
		super(message);
		this.reason = reason;
	}
}
