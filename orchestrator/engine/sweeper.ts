import type { Artifacts } from "../artifacts/port.ts";
import { attemptId, containerName } from "../model/names.ts";
import type { Run } from "../model/run.ts";
import { isOver } from "../model/task-state.ts";
import type {
	AttemptId,
	ContainerName,
	Instant,
	RunId,
} from "../model/words.ts";
import type { Runtime, Stray } from "../runtimes/port.ts";
import type { LogStore } from "../store/logs-port.ts";

/** How long the staging of failed attempts is kept for inspection. */
const KEEP_MS = 7 * 86_400_000;

/**
 * Remove what carries our labels and no live task owns. Others' things are never looked at. What cannot be removed, or looked at, is told,
 * and keeps nothing else from going.
 *
 * It runs beside attempts that begin and end, and takes nothing from them: first it looks what is there, then which runs are active, then
 * it removes what was there and no run owns.
 *   begun before we looked      it was stored before it had anything in the world, so its run is among the active ones, or it was released
 *                               meanwhile, and then nothing is left to be removed.
 *   begun after we looked       what it makes was not there when we looked …
 *   … but for what was there under its name: a task has its next attempt's name already, so that is owned too (`ownedBy`).
 */
export async function sweep(parts: SweepParts): Promise<void> {
	const { runtime, artifacts, instance } = parts;
	const attempts = await looked(parts, "containers", () => runtime.list());
	// An engine that does not answer is told of once.
	const strays =
		attempts &&
		(await looked(parts, "networks and volumes", () => runtime.strays()));
	const owned = ownedBy(await parts.active(), instance);
	for (const { name, attempt } of attempts ?? [])
		if (!owned.names.has(name))
			await removed(parts, `the container ${name} (${attempt})`, () =>
				runtime.remove(name),
			);
	for (const stray of strays ?? [])
		if (!isOwned(stray, owned, parts.now()))
			await removed(parts, `the ${stray.kind} ${stray.name}`, () =>
				runtime.removeStray(stray),
			);
	await sweepFiles(parts, artifacts, owned.names);
	await sweepLogs(parts, owned.tried);
}

export interface SweepParts {
	readonly runtime: Runtime;
	readonly artifacts: Artifacts;
	readonly logs: Pick<LogStore, "removeOld">;
	/** How long the log of a run that is settled is kept. */
	readonly keepLogsMs: number;
	/** Every run that is not settled, as it is stored. Asked after the looking, so that what began meanwhile is among them. */
	readonly active: () => Promise<Iterable<Run>>;
	readonly instance: string;
	readonly now: () => Instant;
	/** Told what is removed. */
	readonly onSwept: (text: string) => void;
	/** Told what could not be, and why. */
	readonly onTrouble: (text: string) => void;
}

async function looked<T>(
	{ onTrouble }: SweepParts,
	what: string,
	look: () => Promise<readonly T[]>,
): Promise<readonly T[] | null> {
	try {
		return await look();
	} catch (error) {
		onTrouble(
			`Could not look for ${what} that no task owns any more: ${wordsOf(error)}. ${LATER}`,
		);
		return null;
	}
}

async function removed(
	{ onSwept, onTrouble }: SweepParts,
	what: string,
	remove: () => Promise<void>,
): Promise<void> {
	try {
		await remove();
		onSwept(`Removed ${what}, which no task owns any more.`);
	} catch (error) {
		onTrouble(
			`Could not remove ${what}, which no task owns any more: ${wordsOf(error)}. ${LATER}`,
		);
	}
}

async function sweepFiles(
	{ onSwept, onTrouble }: SweepParts,
	artifacts: Artifacts,
	live: ReadonlySet<ContainerName>,
): Promise<void> {
	const swept = await artifacts.sweep(live, KEEP_MS);
	for (const path of swept.removed)
		onSwept(`Removed ${path}, which no task owns any more.`);
	for (const problem of swept.failed)
		onTrouble(
			`Could not remove what no task owns any more: ${problem}. ${LATER}`,
		);
}

/** Those of all attempts of active runs stay. */
async function sweepLogs(
	{ logs, keepLogsMs, now, onSwept, onTrouble }: SweepParts,
	live: ReadonlySet<ContainerName>,
): Promise<void> {
	if (!Number.isFinite(keepLogsMs)) return;
	try {
		const before = (now() - keepLogsMs) as Instant;
		const { length } = await logs.removeOld(before, live);
		if (length > 0)
			onSwept(`Removed ${length} logs that are older than BERTH_KEEP_LOGS.`);
	} catch (error) {
		onTrouble(`Could not remove old logs: ${wordsOf(error)}. ${LATER}`);
	}
}

const LATER = "berth tries again within an hour.";

const wordsOf = (error: unknown): string =>
	(error instanceof Error ? error.message : String(error)).replace(/\.$/, "");

/** What it says of itself is believed. What says nothing is nobody's, but a container may be one with which a berth command makes sure of a path just now. */
function isOwned(stray: Stray, owned: Owned, now: Instant): boolean {
	if (stray.attempt !== null) return owned.attempts.has(stray.attempt);
	if (stray.run !== null) return owned.runs.has(stray.run);
	return stray.kind === "container" && now - stray.createdAt < MOMENT_MS;
}

const MOMENT_MS = 10 * 60_000;

interface Owned {
	readonly names: ReadonlySet<ContainerName>;
	/** All that were ever tried, too. */
	readonly tried: ReadonlySet<ContainerName>;
	readonly attempts: ReadonlySet<AttemptId>;
	readonly runs: ReadonlySet<RunId>;
}

/** Everything that an active run may have in the world: what it has, what it owes, and what it may make next while we look. */
function ownedBy(active: Iterable<Run>, instance: string): Owned {
	const names = new Set<ContainerName>();
	const tried = new Set<ContainerName>();
	const attempts = new Set<AttemptId>();
	const runs = new Set<RunId>();
	for (const run of active) {
		runs.add(run.id);
		for (const [task, state] of run.tasks) {
			const owed = run.owed.get(task) ?? [];
			const last = "attempt" in state ? state.attempt : 0;
			for (let attempt = 1; attempt <= last + 1; attempt++)
				tried.add(containerName(instance, run.id, task, attempt));
			const next = isOver(state) ? [] : [last + 1];
			const owes = owed.map(({ attempt }) => attempt);
			for (const attempt of [last, ...next, ...owes]) {
				names.add(containerName(instance, run.id, task, attempt));
				attempts.add(attemptId(run.id, task, attempt));
			}
		}
	}
	return { names, tried, attempts, runs };
}
