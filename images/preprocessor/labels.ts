/** Which texts of the target column count as which class. */
export interface Labels {
	readonly positive: string;
	/** Texts that count as negative; undefined: every text but the positive one and the empty one. */
	readonly negative: readonly string[] | undefined;
}

/** The class of a label, or undefined for a text that is none. */
export function classOf(
	label: string,
	{ positive, negative }: Labels,
): "0" | "1" | undefined {
	if (label === "") return undefined;
	if (label === positive) return "1";
	if (negative === undefined || negative.includes(label)) return "0";
	return undefined;
}
