import type { Sighting } from "./points.ts";
import type { Order } from "./task.ts";

/** What becomes of the container while nobody looks after it. */
export const ENDINGS = [
	"never started",
	"still running",
	"finished 0",
	"finished 7",
	"out of memory",
	"removed by hand",
	"engine restarted",
	"engine restarted, live-restore",
] as const;

export type Ending = (typeof ENDINGS)[number];

/** What the container is told; whoever is told nothing else finishes well in the end. */
export function orderOf(ending: Ending): Order {
	switch (ending) {
		case "finished 7":
			return "7";
		case "out of memory":
			return "oom";
		case "never started":
		case "still running":
		case "finished 0":
		case "removed by hand":
		case "engine restarted":
		case "engine restarted, live-restore":
			return "0";
	}
}

/** What can become of the container of a run that was told this, when its berth is killed at that point. */
export function possibleAt(
	{ stands, isLate }: Sighting,
	told: Order | "cancel",
): readonly Ending[] {
	const isCancel = told === "cancel";
	if (isCancel && !isLate) return [];
	switch (stands) {
		case "none":
			return told === "0" ? ["never started"] : [];
		case "created":
			return told === "0" ? ["never started", ...MEDDLING] : [];
		case "running":
			if (isCancel) return ENDINGS.slice(1);
			return told === "0" ? ENDINGS.slice(1) : [];
		case "over":
			if (isCancel) return ["still running", ...MEDDLING];
			return told === "0" ? ["finished 0", ...MEDDLING] : [ENDED[told]];
		case "gone":
			return [isCancel ? "still running" : ENDED[told]];
	}
}

const MEDDLING: readonly Ending[] = [
	"removed by hand",
	"engine restarted",
	"engine restarted, live-restore",
];

const ENDED: Readonly<Record<Order, Ending>> = {
	"0": "finished 0",
	"7": "finished 7",
	oom: "out of memory",
};
