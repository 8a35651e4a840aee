import type { InputView } from "../api/input-view.ts";
import { resolveRun } from "../api/resolve-run.ts";
import type { AttemptView, RunView, TaskView } from "../api/views.ts";
import { few } from "../model/few.ts";
import { printable } from "../model/quoted.ts";
import type { PublishedOutput } from "../model/task-state.ts";
import type { Json, RunId } from "../model/words.ts";
import { answer } from "./answer.ts";
import { besideStatus, MARK, statusWord } from "./marks.ts";
import { nameWidth } from "./name-width.ts";
import { withReader } from "./reach.ts";
import { bytesInWords, timeInWords } from "./table.ts";
import { tookOf } from "./took.ts";

/** A run's tasks, attempts, results and outputs. */
export async function show(
	which: string,
	{ json }: { readonly json?: boolean },
): Promise<void> {
	await withReader(async (reader) => {
		const view = await reader.run(await resolveRun(reader, which));
		if (json || view.replays === null)
			return answer(view, json, () => inFull(view));
		const { comparisonOf } = await import("./comparison.ts");
		const report = await reader.replayed(view.id as RunId);
		answer(view, json, () => `${inFull(view)}\n\n${comparisonOf(report)}`);
	});
}

/** The run as a page of text. */
export function inFull(view: RunView): string {
	const took = tookOf(view);
	const width = nameWidth(view.tasks);
	return [
		`Run       ${view.id}`,
		`Status    ${view.status}${took === null ? "" : `, ${took}`}${view.endedAt === null ? "" : `, ended ${timeInWords(view.endedAt)} UTC`}`,
		...(view.replays === null ? [] : [`Replays   ${view.replays}`]),
		`Params    ${pairs(view.params) || "–"}`,
		...(Object.keys(view.choices).length > 0
			? [`Choices   ${pairs(view.choices)}`]
			: []),
		...(Object.keys(view.vars).length > 0
			? [`Vars      ${pairs(view.vars)}`]
			: []),
		"",
		...view.tasks.flatMap((task) => taskLines(task, width)),
	].join("\n");
}

/** What a run came to, for those who waited for it. */
export function summaryOf(view: RunView): string {
	const wrong = view.tasks.filter(
		({ status, attempts }) =>
			status === "failed" && attempts.at(-1)?.startedAt != null,
	);
	const hints = wrong.map(
		({ name }) => `  its log: berth logs '${view.id}' ${name}`,
	);
	return [inFull(view), ...(hints.length > 0 ? ["", ...hints] : [])].join("\n");
}

function taskLines(task: TaskView, width: number): string[] {
	const { name, status, next, result, outputs, attempts } = task;
	const message = besideStatus(task);
	const last = attempts.at(-1);
	const took = last ? tookOf(last) : null;
	const head = `${MARK[status]} ${name.padEnd(width)} ${statusWord(task).padEnd(11)} ${took ?? ""}`;
	return [
		head.trimEnd(),
		...(message === null ? [] : [`    ${message}`]),
		...(next === null ? [] : [`    ${next}`]),
		...(attempts.length > 1 ? attempts.map(attemptLine) : []),
		...Object.entries(task.inputs).map((input) => printable(inputLine(input))),
		...(result === null ? [] : [`    ${pairs(result)}`]),
		...Object.values(outputs).map(outputLine),
	];
}

/** Where it is, and of what was promoted where it came from. */
function outputLine(output: PublishedOutput): string {
	const { path, bytes, files, from, maker } = output;
	const size = `${files} ${files === 1 ? "file" : "files"}, ${bytesInWords(bytes)}`;
	const by = maker === undefined ? "" : `, made by ${maker}`;
	const origin = from === undefined ? "" : `, from ${from}${by}`;
	return `    → ${path}  (${size}${origin})`;
}

/** Its name, where it was, and which object that was then. */
function inputLine([name, input]: readonly [string, InputView]): string {
	if (input.kind === "files") return `    ← ${name}: ${few(input.files, 1)}`;
	const { path, object, maker, copies } = input;
	const by = maker === null ? "" : `, made by ${maker}`;
	const of = copies === null ? "" : `, a copy of its ${copies.files} files`;
	const where = path ?? copies?.of ?? "files from outside";
	return `    ← ${name}: ${where}  (${object.slice(0, 12)}${by}${of})`;
}

const attemptLine = (attempt: AttemptView, index: number): string =>
	`    attempt ${index + 1}: ${attempt.message ?? attempt.ending ?? "going on"}`;

/** Values that fit on a line; what is deeper is left to --json. */
function pairs(values: { readonly [key: string]: Json }): string {
	return Object.entries(values)
		.map(([key, value]) => printable(`${key}=${inWords(value)}`))
		.join("  ");
}

function inWords(value: Json): string {
	if (typeof value === "number" && !Number.isInteger(value))
		return String(Number(value.toPrecision(6)));
	const text = typeof value === "string" ? value : JSON.stringify(value);
	return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
