import type { Snapshot } from "./folder.ts";
import type { PlanRequest } from "./port.ts";
import type { Ask, Planned } from "./protocol.ts";

/** A plan that is made while the files are described, by the same process: of the file that has the pipeline's name, which most have. */
export class Along {
	readonly request: PlanRequest;
	#ask: Ask["plan"];
	#planned: Planned | null = null;

	constructor(request: PlanRequest, snapshot: Snapshot | null) {
		this.request = request;
		const file = snapshot?.files.find(
			(name) => name.replace(/\.m?[jt]s$/, "") === request.pipeline,
		);
		this.#ask = file === undefined ? null : { file, request };
	}

	/** What to ask the first process. One that goes on after it is not asked: what ended the first may have been the plan. */
	take(): Ask["plan"] {
		const ask = this.#ask;
		this.#ask = null;
		return ask;
	}

	heard(planned: Planned): void {
		this.#planned = planned;
	}

	/** Null when that file does define the pipeline, but was not planned. */
	plannedFrom(file: string): Planned | null {
		return this.#planned?.file === file ? this.#planned : null;
	}
}
