/** Do the daily chores at fixed times, and call `end` when there is no day after. */
export async function keepHouse(chores: Chores): Promise<{ end(): void }> {
	const { schedule } = await import("node-cron");
	const sweeping = schedule(SWEEPING, () => chores.sweep(), {
		timezone: "UTC",
		noOverlap: true,
		suppressMissedWarning: true, // a machine that slept sweeps at its next start, or tomorrow
	});
	return { end: () => void sweeping.destroy() };
}

export interface Chores {
	/** Remove what no task owns any more. Never rejects. */
	readonly sweep: () => Promise<void>;
}

/** 03:17 UTC: a quiet hour, and not the minute at which everything else starts. */
const SWEEPING = "17 3 * * *";
