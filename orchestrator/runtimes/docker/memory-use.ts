import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { ContainerName, Instant } from "../../model/words.ts";
import type { EngineCalls } from "./engine-calls.ts";

/** How much memory a container was seen to use, without what the system only keeps of files. */
export interface MemoryUse {
	readonly bytes: number;
	readonly at: Instant;
}

/**
 * The most memory that each container was seen to use. The engine keeps no peak after the end, so it is asked now and then while the
 * container runs: seldom, and never for one that is over at once. What happens between two looks is not seen.
 */
export class MemoryUses {
	readonly #calls: EngineCalls;
	readonly #now: () => Instant;
	readonly #peaks = new Map<ContainerName, MemoryUse>();

	constructor(calls: EngineCalls, now: () => Instant) {
		this.#calls = calls;
		this.#now = now;
	}

	/** Look now and then, until the signal is raised. What goes wrong with it is nobody's trouble. */
	watch(name: ContainerName, signal: AbortSignal): void {
		void this.#watch(name, signal).catch(() => undefined);
	}

	/** The most that was seen; null when nobody looked. */
	peakOf(name: ContainerName): MemoryUse | null {
		return this.#peaks.get(name) ?? null;
	}

	forget(name: ContainerName): void {
		this.#peaks.delete(name);
	}

	async #watch(name: ContainerName, signal: AbortSignal): Promise<void> {
		for (let pause = FIRST_MS; ; pause = PAUSE_MS) {
			await sleep(pause, undefined, { signal, ref: false });
			const bytes = await this.#look(name, signal);
			const known = this.#peaks.get(name)?.bytes ?? 0;
			if (bytes > known) this.#peaks.set(name, { bytes, at: this.#now() });
		}
	}

	async #look(name: ContainerName, signal: AbortSignal): Promise<number> {
		const path = `/containers/${name}/stats`;
		const query = { stream: "false", "one-shot": "true" };
		try {
			const call = { query, signal };
			return inUse(Stats.parse(await this.#calls.json("GET", path, call)));
		} catch {
			return 0;
		}
	}
}

const FIRST_MS = 2_000;
const PAUSE_MS = 10_000;

const Stats = z.object({
	memory_stats: z.object({
		usage: z.number().default(0),
		stats: z.record(z.string(), z.number()).default({}),
	}),
});

/** As `docker stats` counts it; the one name is of cgroup v1, the other of v2. */
function inUse({ memory_stats }: z.infer<typeof Stats>): number {
	const { usage, stats } = memory_stats;
	return usage - (stats.total_inactive_file ?? stats.inactive_file ?? 0);
}
