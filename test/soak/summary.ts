import { findLogsCutByEngine } from "./checks/log-gaps.ts";
import { isForgotten } from "./checks/mistold.ts";
import { VIOLATION_KINDS, type Violation } from "./checks/violation.ts";
import type { Evidence } from "./evidence.ts";
import type { LogText } from "./log-copy.ts";
import type { Monkey } from "./monkey.ts";

/** What is printed at the end: what was survived, how much work was done, and what was not as promised. */
export function summaryOf(
	evidence: Evidence,
	violations: readonly Violation[],
	{ monkey, seconds }: { monkey: Monkey; seconds: number },
): string {
	const rows = [
		...killRows(evidence, monkey),
		...workRows(evidence, seconds),
		...VIOLATION_KINDS.map((kind): Row => {
			const found = violations.filter((one) => one.kind === kind);
			return [kind, found.length, ""];
		}),
	];
	const named = violations.map(
		({ kind, what, seen }) => `✗ ${kind}: ${what}: ${seen}`,
	);
	return [...rows.map(line), ...named].join("\n");
}

type Row = readonly [name: string, figure: number, more: string];

const line = ([name, figure, more]: Row): string =>
	`${name.padEnd(28)} ${String(figure).padStart(6)}  ${more}`.trimEnd();

function killRows(
	{ attempts, engines }: Evidence,
	monkey: Monkey,
): readonly Row[] {
	const unfinished = new Set<string>(
		attempts
			.filter(({ story }) => story.end === null || story.end === "hung")
			.map(({ id }) => id),
	);
	const hits = monkey.containers.filter(({ attempt }) =>
		unfinished.has(attempt),
	);
	const removed = hits.filter(({ way }) => way === "remove").length;
	const lasting = engines.filter(({ liveRestore }) => liveRestore).length;
	return [
		[
			"killed: orchestrator",
			monkey.orchestrators,
			"with SIGKILL, and started again",
		],
		["killed: containers", hits.length, `${removed} of them by docker rm -f`],
		[
			"killed: engine",
			engines.length,
			`${lasting} times back with live-restore`,
		],
	];
}

function workRows(evidence: Evidence, seconds: number): readonly Row[] {
	const { runs, attempts, publications, engines } = evidence;
	const forgotten = attempts.filter(({ ending, endedAt }) =>
		isForgotten(ending, engines, endedAt),
	);
	const ended = (kind: string): number =>
		attempts.filter(({ ending }) => ending?.kind === kind).length;
	const statuses = Map.groupBy(runs, ({ status }) => status);
	const told = [...statuses].map(([name, of]) => `${of.length} ${name}`);
	const perSecond = (attempts.length / seconds).toFixed(1);
	return [
		["runs", runs.length, told.join(", ")],
		[
			"attempts",
			attempts.length,
			`${perSecond} per second; ${ended("vanished")} vanished, ${ended("timed-out")} timed out`,
		],
		["publications", publications.length, ""],
		[
			"lines of log",
			attempts.reduce((sum, { log }) => sum + linesOf(log), 0),
			"",
		],
		[
			"ends the engine forgot",
			forgotten.length,
			"it was killed between hearing of an end and writing it down",
		],
		[
			"logs cut by the engine",
			findLogsCutByEngine(evidence).length,
			"of containers that ended while it was dead: it keeps no more itself",
		],
		[
			"budgets of lost used up",
			usedUp(evidence),
			"a task that the world took nine times",
		],
	];
}

const linesOf = ({ stdout, stderr }: LogText): number =>
	stdout.split("\n").length + stderr.split("\n").length - 2;

const usedUp = ({ runs }: Evidence): number =>
	runs
		.flatMap(({ tasks }) => tasks)
		.filter(
			({ state }) =>
				state.status === "failed" && state.ending.kind === "vanished",
		).length;
