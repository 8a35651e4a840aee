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
	{
		file: "decide.ts",
		was: "return null;",
		is: [""],
		why: "The end of the function is as good: undefined is no decision either.",
	},
	{
		file: "index-run.ts",
		was: "return false;",
		is: [""],
		why: "The end of the function is as good: undefined is not true either.",
	},
	{
		file: "index-run.ts",
		was: "const left = (counts.get(waiting) ?? 1) - 1;",
		is: ["const left = (counts.get(waiting) ?? 2) - 1;"],
		why: "Whatever waits has a count: the default only satisfies the compiler.",
	},
	{
		file: "index-run.ts",
		was: 'run.tasks.get(name) ?? { status: "waiting" };',
		is: ['run.tasks.get(name) ?? { status: "mutant" };'],
		why: "Every task of the plan has a state: the default only satisfies the compiler.",
	},
	{
		file: "index-run.ts",
		was: "timers: null,",
		is: [""],
		why: "No heap and an empty heap are merged, walked and read alike.",
	},
	{
		file: "index-run.ts",
		was: "Number(holds(after)) - Number(holds(before));",
		is: ["Number(holds(after)) + Number(holds(before));"],
		why: "Only states that nothing leaves are counted, so none of them comes before.",
	},
	{
		file: "index-run.ts",
		was: "? null",
		is: ["&& false ? null"],
		why: "A task without a time-out would be due at NaN. Such a timer comes to the head at once, does not hold there (NaN is not NaN), and is dropped.",
	},
	{
		file: "timers.ts",
		was: "const [head, other] = a.at <= b.at ? [a, b] : [b, a];",
		is: ["const [head, other] = a.at < b.at ? [a, b] : [b, a];"],
		why: "Of two timers at one instant either may come first: what is due is found in no particular order.",
	},
	{
		file: "timers.ts",
		was: "rankOf(head.left) >= rankOf(right)",
		is: ["rankOf(head.left) > rankOf(right)"],
		why: "Of two sides of one rank either may be the left one.",
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
