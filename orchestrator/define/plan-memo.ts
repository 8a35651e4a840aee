import type { Plan } from "../model/plan.ts";
import type { Snapshot } from "./folder.ts";
import type { PlanRequest } from "./port.ts";
import type { Planned } from "./protocol.ts";

/** What was planned from the files as they are: a plan is the same for the same request, so it need not be made again. */
export class PlanMemo {
	#fingerprint = "";
	/** As text: whoever gets a plan has one of his own. The latest last. */
	readonly #plans = new Map<string, { text: string; tasks: number }>();
	#tasks = 0;

	find(snapshot: Snapshot, request: PlanRequest): Plan | null {
		if (snapshot.fingerprint !== this.#fingerprint) return null;
		const known = this.#plans.get(JSON.stringify(request));
		return known ? (JSON.parse(known.text) as Plan) : null;
	}

	/** `snapshot`: from before it was planned. */
	add(
		snapshot: Snapshot,
		request: PlanRequest,
		{ plan, isRepeatable }: Planned,
	): void {
		if ("kind" in plan || !isRepeatable || !snapshot.isLasting) return;
		if (snapshot.fingerprint !== this.#fingerprint) this.#forgetAll();
		this.#fingerprint = snapshot.fingerprint;
		const tasks = plan.tasks.length;
		this.#forget(JSON.stringify(request));
		this.#plans.set(JSON.stringify(request), {
			text: JSON.stringify(plan),
			tasks,
		});
		this.#tasks += tasks;
		for (const oldest of this.#plans.keys())
			if (this.#tasks > MOST_TASKS) this.#forget(oldest);
	}

	#forget(key: string): void {
		this.#tasks -= this.#plans.get(key)?.tasks ?? 0;
		this.#plans.delete(key);
	}

	#forgetAll(): void {
		this.#plans.clear();
		this.#tasks = 0;
	}
}

/** About a megabyte. */
const MOST_TASKS = 1_000;
