import { Complaint } from "./program.ts";

interface Bounds {
	readonly min: number;
	readonly max?: number;
}

/** Reads the text of an option as what it should be, or says in one sentence what it should be. */
export const option = {
	whole(name: string, text: string, { min, max }: Bounds): number {
		const limit = max ?? Number.MAX_SAFE_INTEGER;
		const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
		if (value >= min && value <= limit) return value;
		const range = max === undefined ? `${min} or more` : `${min} to ${max}`;
		throw new Complaint(
			`--${name} must be a whole number, ${range}, not "${text}".`,
			2,
		);
	},

	/** Any number for which the rule holds. */
	number(
		name: string,
		text: string,
		rule: { holds: (value: number) => boolean; words: string },
	): number {
		const value = text.trim() === "" ? Number.NaN : Number(text);
		if (Number.isFinite(value) && rule.holds(value)) return value;
		throw new Complaint(
			`--${name} must be a number ${rule.words}, not "${text}".`,
			2,
		);
	},
};
