import type { Join } from "../model/plan.ts";
import type { Task } from "./authoring.ts";
import type { RetryOptions } from "./container-options.ts";

/** What a promotion waits for, and what it is called. */
export interface PromoteOptions {
	/** Default: `promote-` and the path, such as `promote-models-production`. */
	readonly name?: string;
	/** Tasks that must be over first, besides the one that makes the artifact. */
	readonly after?: readonly Task[];
	/** Default: `all-succeeded`. */
	readonly join?: Join;
	/** How often to try again. Default: never. */
	readonly retries?: number | RetryOptions;
}
