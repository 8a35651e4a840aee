import type { Stage } from "./stage.ts";

/** A stage as a task: what it takes from whom, and what it publishes where. */
export interface Task {
	readonly stage: Stage;
	readonly name: string;
	/** What the page calls it. */
	readonly constant: string;
	readonly inputs: readonly TaskInput[];
	readonly outputs: readonly TaskOutput[];
	/** The tasks whose outputs it takes. */
	readonly needs: readonly string[];
}

export interface TaskInput {
	readonly key: string;
	readonly from:
		| { readonly kind: "data"; readonly path: string }
		| {
				readonly kind: "output";
				readonly task: string;
				readonly output: string;
		  };
	/** Where the program finds what, both relative: to the repository's root, and to the input. */
	readonly places: readonly {
		readonly place: string;
		readonly inside: string;
	}[];
}

export interface TaskOutput {
	readonly key: string;
	/** Where the program writes it, relative to the repository's root. */
	readonly place: string;
	/** Where it is published, below the data directory. */
	readonly path: string;
}
