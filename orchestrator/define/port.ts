import type { Plan } from "../model/plan.ts";
import type { Schedule } from "../model/schedule.ts";
import type { Instant, Json, Named } from "../model/words.ts";

/** The pipelines folder, as the orchestrator sees it: it never imports a pipeline itself. */
export interface Catalogue {
	/** What every file of the folder defines, or what is wrong with it. Loaded in a child process, and again when a file has changed. */
	list(): Promise<readonly Entry[]>;
	/** Plan a run, always from the file as it is now, in a child process with a time-out. What was planned before is the answer while nothing can have changed it. */
	plan(request: PlanRequest): Promise<Plan | PlanProblem>;
	/** Called after files of the folder have changed. */
	onChange(listener: () => void): void;
	/** Rejects what is being asked: a pipeline that hangs keeps nobody. */
	close(): Promise<void>;
}

export type Entry = Described | Broken;

export interface Described {
	readonly kind: "pipeline";
	/** Relative to the pipelines folder. */
	readonly file: string;
	readonly name: string;
	readonly schedule: Schedule | null;
	/** The schedule's zone, else the default: where `ds` is a day. */
	readonly zone: string;
	/** JSON Schema. */
	readonly params: Json;
	/** Each group of its config folder with its choices: `model` → `cart`, `logistic`. */
	readonly groups: Named<readonly string[]>;
}

/** A file that defines no pipeline: names file, task and cure. */
export interface Broken {
	readonly kind: "broken";
	readonly file: string;
	/** Where it could still be told. */
	readonly name: string | null;
	readonly message: string;
	/** Loading it took too long, or ended the process: on a busy machine that may be no fault of the file, so it is asked again. */
	readonly mayPass?: true;
}

export interface PlanRequest {
	readonly pipeline: string;
	/** A day; or an instant, for the day that it is then in the pipeline's zone. */
	readonly ds: string | Instant;
	/** As given by hand or stored, such as `{ model: "cart", "model.depth": "8" }`; checked against the pipeline's own types, defaults filled in. Strings are read as the type that the param has. */
	readonly params: Named<Json>;
	readonly vars: Named<string>;
}

export interface PlanProblem {
	readonly kind: "problem";
	readonly reason: "not-found" | "invalid";
	readonly message: string;
	/** What a person has yet to give, where that is all that is wrong. */
	readonly missing?: "variable" | "param";
}
