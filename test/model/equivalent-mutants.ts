/** Mutants that survive because they are no mistakes: what they change nobody can see. */
export const EQUIVALENT: readonly Equivalent[] = [];

interface Equivalent {
	readonly file: string;
	/** The line as it is. */
	readonly was: string;
	/** What may become of it. */
	readonly is: readonly string[];
	readonly why: string;
}
