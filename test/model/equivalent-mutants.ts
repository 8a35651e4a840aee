/** Mutants that survive because they are no mistakes: what they change nobody can see. */
export const EQUIVALENT: readonly Equivalent[] = [
	{
		file: "commands.ts",
		was: "return null;",
		is: [""],
		why: "The end of the function is as good: undefined is no command either.",
	},
	{
		file: "decide.ts",
		was: "for (let chosen = -1; chosen < decisions.length; ) {",
		is: ["for (let chosen = -2; chosen < decisions.length; ) {"],
		why: "Anything below zero begins the first round.",
	},
	{
		file: "decide.ts",
		was: 'return cancelled ? { type: "task-cancelled", ...of } : null;',
		is: [""],
		why: "The case of a sensor, into which it falls, cancels alike, and a preparation is never due.",
	},
	{
		file: "decide.ts",
		was: "? null",
		is: ["&& false ? null"],
		why: "The agenda holds no waiting task that still waits for others, unless it is to be skipped or cancelled, which is said before.",
	},
];

interface Equivalent {
	readonly file: string;
	/** The line as it is. */
	readonly was: string;
	/** What may become of it. */
	readonly is: readonly string[];
	readonly why: string;
}
