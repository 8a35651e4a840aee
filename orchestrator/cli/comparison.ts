import type {
	OtherOutput,
	ReplayedTask,
	ReplayOutcome,
	ReplayView,
} from "../api/replaying.ts";
import type { Json } from "../model/words.ts";
import { fewLines } from "./few-lines.ts";
import { nameWidth } from "./name-width.ts";

/** What a replay made, beside what its original had made, as text. */
export function comparisonOf(report: ReplayView): string {
	const width = nameWidth(report.tasks);
	return [
		`Replay    ${report.run}`,
		`of        ${report.of}`,
		`Verdict   ${verdictOf(report)}`,
		"",
		...report.tasks.flatMap((task) => taskLines(task, width)),
	].join("\n");
}

function verdictOf({ identical, tasks }: ReplayView): string {
	if (identical === null) return "it goes on";
	if (identical) return "identical";
	const count = (outcome: ReplayOutcome): string[] => {
		const { length } = tasks.filter((task) => task.outcome === outcome);
		return length === 0 ? [] : [`${length} ${WORDS[outcome]}`];
	};
	return [
		...count("different"),
		...count("impossible"),
		...count("failed"),
		...count("identical"),
	].join(", ");
}

const WORDS: Record<ReplayOutcome, string> = {
	identical: "identical",
	different: "different",
	impossible: "could not be replayed",
	failed: "failed",
	"left-out": "not replayed",
	"going-on": "going on",
};

const MARKS: Record<ReplayOutcome, string> = {
	identical: "✓",
	different: "≠",
	impossible: "✗",
	failed: "✗",
	"left-out": "–",
	"going-on": "▸",
};

const taskLines = (task: ReplayedTask, width: number): string[] => [
	`${MARKS[task.outcome]} ${task.name.padEnd(width)} ${WORDS[task.outcome]}`,
	...(task.message === null ? [] : [`    ${task.message}`]),
	...task.outputs.flatMap(outputLines),
	...task.result.map(
		({ key, before, after }) =>
			`    ${key}: ${inWords(before)} then, ${inWords(after)} now`,
	),
];

function outputLines({ name, path, before, after, files }: OtherOutput) {
	const head = `    output ${name} (${path}): object ${short(before)} then, ${short(after)} now`;
	if (files === null)
		return [
			head,
			...(before && after
				? ["      Its files cannot be listed: an object is gone."]
				: []),
		];
	const lines = [
		...files.changed.map((file) => `~ ${file}`),
		...files.added.map((file) => `+ ${file}`),
		...files.removed.map((file) => `- ${file}`),
	];
	return [head, ...fewLines(lines, MOST_FILES).map((line) => `      ${line}`)];
}

const MOST_FILES = 20;

const short = (object: string | null): string =>
	object === null ? "none" : object.slice(0, 12);

/** Whole: the last digit of a number is what this is about. */
const inWords = (value: Json): string =>
	value === null ? "none" : JSON.stringify(value);
