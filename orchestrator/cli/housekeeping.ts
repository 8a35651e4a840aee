/** Do the chores every hour, so that one that failed is done an hour later, and call `end` when there is no hour after. */
export async function keepHouse(chores: Chores): Promise<{ end(): void }> {
	const { schedule } = await import("node-cron");
	const sweeping = schedule(SWEEPING, () => chores.sweep(), {
		timezone: "UTC",
		noOverlap: true,
		suppressMissedWarning: true, // a machine that slept sweeps an hour later
	});
	return { end: () => void sweeping.destroy() };
}

export interface Chores {
	/** Remove what no task owns any more. Never rejects. */
	readonly sweep: () => Promise<void>;
}

/** Not the minute at which everything else starts. */
const SWEEPING = "17 * * * *";
