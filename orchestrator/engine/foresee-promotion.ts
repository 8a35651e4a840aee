import type { Artifacts } from "../artifacts/port.ts";
import type { PromoteWork } from "../model/plan.ts";
import type { Run } from "../model/run.ts";
import type { Publication, Publications } from "../store/port.ts";
import { sourceOf } from "./prepare.ts";
import { MissingValue } from "./texts.ts";

/** The publication that a promotion would only confirm; null when it would move the path. A sentence when it cannot be. */
export async function confirmedBy(
	run: Run,
	{ from, to }: PromoteWork,
	{ artifacts, publications }: Parts,
): Promise<Publication | string | null> {
	const newest = await publications.newest(to);
	if (from.from === "object")
		return newest?.object === from.object ? newest : null;
	try {
		const source = await sourceOf(run, from, {
			source: (path) => artifacts.peek(path),
		});
		return source.kind === "object" &&
			source.inside === null &&
			newest?.object === source.object
			? newest
			: null;
	} catch (error) {
		if (error instanceof MissingValue) return error.message;
		throw error;
	}
}

interface Parts {
	readonly artifacts: Pick<Artifacts, "peek">;
	readonly publications: Pick<Publications, "newest">;
}
