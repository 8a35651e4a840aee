import type { Plan } from "../model/plan.ts";
import type { Entry, PlanProblem, PlanRequest } from "./port.ts";

/** What the loading process is asked, once, after it has started. */
export interface Ask {
	/** Absolute. */
	readonly folder: string;
	/** The zone of schedules that name none. */
	readonly zone: string;
	/** Relative to the folder: all of them are described, or the only one is planned. */
	readonly files: readonly string[];
	readonly plan: PlanRequest | null;
}

/** What it tells as it goes. */
export type Tell =
	| { readonly type: "loading"; readonly file: string }
	| { readonly type: "entry"; readonly entry: Entry }
	| { readonly type: "planned"; readonly plan: Plan | PlanProblem }
	| { readonly type: "done" };
