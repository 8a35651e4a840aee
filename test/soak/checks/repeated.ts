import type { Attempt, Evidence } from "../evidence.ts";
import type { Violation } from "./violation.ts";

/** At most one container ever ran for an attempt, and no attempt came after one that had succeeded. */
export function findRepeated({ attempts }: Evidence): readonly Violation[] {
	const byTask = Map.groupBy(attempts, ({ id }) =>
		id.slice(0, id.lastIndexOf("/")),
	);
	return [
		...attempts.flatMap(startedTwice),
		...[...byTask.values()].flatMap(afterSuccess),
	];
}

function startedTwice({ id, story, recorded }: Attempt): Violation[] {
	const starts = recorded.reduce((sum, one) => sum + one.starts, 0);
	const ran = recorded.filter((one) => one.starts > 0 || one.died !== null);
	if (story.starts <= 1 && starts <= 1 && ran.length <= 1) return [];
	const containers = recorded.map(
		(one) => `${one.id.slice(0, 12)} started ${one.starts}×`,
	);
	return [
		repeated(
			id,
			`its program began ${story.starts}×; ${containers.join(", ")}`,
		),
	];
}

function afterSuccess(attempts: readonly Attempt[]): Violation[] {
	const done = attempts.find(
		({ ending }) => ending?.kind === "exited" && ending.code === 0,
	);
	if (!done) return [];
	return attempts
		.filter(({ number }) => number > done.number)
		.map(({ id }) => repeated(id, `attempt ${done.number} had succeeded`));
}

const repeated = (what: string, seen: string): Violation => ({
	kind: "repeated",
	what,
	seen,
});
