import type { Attempt, Evidence } from "../evidence.ts";
import type { EngineHit } from "../monkey.ts";
import type { Violation } from "./violation.ts";

/** Each stream of each log holds the lines 0, 1, 2 … once each and in order; the last one too, where the program came to write it. */
export function findLogGaps(evidence: Evidence): readonly Violation[] {
	const { attempts, engines } = evidence;
	return attempts.flatMap((attempt) => {
		const isWhole = endedByItself(attempt) && !endedUnseen(attempt, engines);
		return (["stdout", "stderr"] as const).flatMap((stream) => {
			const text = attempt.log[stream];
			const stored =
				attempt.hit?.way === "remove" ? text.replace(MARK, "") : text;
			const seen =
				gapIn(stored, isWhole) ?? lacks(stored, attempt.hit?.log?.[stream]);
			if (seen === null) return [];
			return [
				{ kind: "log gap" as const, what: `${attempt.id} ${stream}`, seen },
			];
		});
	});
}

/** The last line may say so truly where somebody removed the container, and its log with it. */
const MARK = /^berth: the log is incomplete from here: .*\n$/m;

/** What is wrong with the lines of one stream; null when nothing is. */
export function gapIn(text: string, isWhole: boolean): string | null {
	const lines = text.split("\n");
	const rest = lines.pop();
	if (rest) return `it breaks off in the middle of a line: ${rest}`;
	const end = /^end (\d+) /.exec(lines.at(-1) ?? "");
	if (end) lines.pop();
	const wrong = lines.findIndex((line, n) => line !== String(n));
	if (wrong >= 0)
		return `where line ${wrong} belongs is "${lines[wrong]}" (of ${lines.length})`;
	if (end && lines.length !== Number(end[1]))
		return `${end[1]} lines were written, ${lines.length} are stored`;
	return end || !isWhole
		? null
		: `it ended by itself, and the log stops after ${lines.length} lines`;
}

/** Of who was killed in the middle nobody knows what it wrote, but what the engine has told others it must have told berth. */
const lacks = (stored: string, copied = ""): string | null =>
	stored.startsWith(copied)
		? null
		: `the engine had ${copied.split("\n").length - 1} lines, ${stored.split("\n").length - 1} are stored`;

/** Logs that stop early because their containers ended while the engine was dead. What is written then, no engine keeps: `docker logs` shows no more either. */
export function findLogsCutByEngine(evidence: Evidence): readonly Attempt[] {
	const { attempts, engines } = evidence;
	return attempts.filter(
		(attempt) =>
			endedByItself(attempt) &&
			endedUnseen(attempt, engines) &&
			gapIn(attempt.log.stdout, true) !== null,
	);
}

const endedUnseen = (
	{ endedAt }: Attempt,
	engines: readonly EngineHit[],
): boolean =>
	endedAt !== null &&
	engines.some(({ at, up }) => at <= endedAt && endedAt <= up);

/** Nobody ended it between its last line and its exit: what it wrote must be there. */
const endedByItself = ({ ending, story, hit }: Attempt): boolean =>
	hit === null &&
	((ending?.kind === "exited" && story.end !== null) ||
		(ending?.kind === "timed-out" && story.end === "hung"));
