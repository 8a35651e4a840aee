/** When a pipeline runs by itself. */
export interface Schedule {
	/** Five fields, or a nickname such as `@daily`. */
	readonly cron: string;
	/** IANA time zone. */
	readonly zone: string;
	/** Which of the times that passed while berth was down are made up for. */
	readonly catchup: "all" | "latest" | "none";
	/** What happens when it is due while an earlier run of it is not over. */
	readonly overlap: "queue" | "skip" | "allow";
	/** YYYY-MM-DD in the zone: nothing is due before this day begins. */
	readonly start: string | null;
}
