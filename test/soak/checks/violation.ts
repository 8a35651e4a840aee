/** Something that berth promises and that was not so. */
export interface Violation {
	readonly kind: ViolationKind;
	/** The attempt, run, path or thing. */
	readonly what: string;
	/** What was seen, for whoever looks for the reason. */
	readonly seen: string;
}

export const VIOLATION_KINDS = [
	"lost",
	"repeated",
	"mistold",
	"orphaned",
	"half-published",
	"log gap",
	"gave up",
	"idle",
] as const;

export type ViolationKind = (typeof VIOLATION_KINDS)[number];
