import type { Artifacts } from "../artifacts/port.ts";
import { containerName } from "../model/names.ts";
import type { Run } from "../model/run.ts";
import { isOver } from "../model/task-state.ts";
import type { ContainerName } from "../model/words.ts";
import type { Runtime } from "../runtimes/port.ts";

/** How long the staging of failed attempts is kept for inspection. */
const KEEP_MS = 7 * 86_400_000;

/** Remove what carries our labels and no live task owns. Others' things are never looked at. */
export async function sweep(parts: {
	readonly runtime: Runtime;
	readonly artifacts: Artifacts;
	/** Every run that is not settled, as it is stored. Asked after the looking, so that what began meanwhile is among them. */
	readonly active: () => Promise<Iterable<Run>>;
	readonly instance: string;
	/** Told what is removed. */
	readonly onSwept: (text: string) => void;
}): Promise<void> {
	const { runtime, artifacts, active, instance, onSwept } = parts;
	const there = await runtime.list();
	const owned = ownedBy(await active(), instance);
	for (const { name, attempt } of there) {
		if (owned.has(name)) continue;
		onSwept(`Removing ${name}, which no task owns any more (${attempt}).`);
		await runtime.remove(name);
	}
	for (const name of await artifacts.sweep(owned, KEEP_MS))
		onSwept(`Removed the staging folder ${name}.`);
}

/** The names of everything that an active run may have in the world: what it has, what it owes, and what it may make next while we look. */
function ownedBy(runs: Iterable<Run>, instance: string): Set<ContainerName> {
	const names = new Set<ContainerName>();
	for (const run of runs)
		for (const [task, state] of run.tasks) {
			const owed = run.owed.get(task) ?? [];
			const last = "attempt" in state ? state.attempt : 0;
			const next = isOver(state) ? [] : [last + 1];
			const owes = owed.map(({ attempt }) => attempt);
			for (const attempt of [last, ...next, ...owes])
				names.add(containerName(instance, run.id, task, attempt));
		}
	return names;
}
