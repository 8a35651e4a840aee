import type { Plan } from "../model/plan.ts";
import type { Entry, PlanProblem, PlanRequest } from "./port.ts";

/** What the loading process is asked, once, after it has started. */
export interface Ask {
	/** Absolute. */
	readonly folder: string;
	/** The zone of schedules that name none. */
	readonly zone: string;
	/** To be described. Relative to the folder. */
	readonly files: readonly string[];
	/** To be planned, before anything but this file was loaded. */
	readonly plan: {
		readonly file: string;
		readonly request: PlanRequest;
	} | null;
}

/** A plan, and whether the same will come of the same request as long as no file of the folder changes. */
export interface Planned {
	readonly file: string;
	readonly plan: Plan | PlanProblem;
	readonly isRepeatable: boolean;
}

/** What it tells as it goes. */
export type Tell =
	| { readonly type: "loading"; readonly file: string }
	| { readonly type: "entry"; readonly entry: Entry }
	| ({ readonly type: "planned" } & Planned)
	| { readonly type: "done" };
