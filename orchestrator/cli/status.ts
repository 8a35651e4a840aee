import type { ForecastView, StatusView } from "../api/explaining.ts";
import { readConfig } from "../config.ts";
import { few } from "../model/few.ts";
import { answer } from "./answer.ts";
import { EXIT } from "./fail.ts";
import { nameWidth } from "./name-width.ts";
import { reachForeseer, untilAnswered } from "./reach.ts";
import { table } from "./table.ts";

/** What a run now would do, without running anything. */
export async function status(
	pipeline: string | undefined,
	options: StatusOptions,
): Promise<void> {
	const config = readConfig(process.env);
	const { date, set = {}, only, json, exitCode } = options;
	const views = await untilAnswered(
		() => reachForeseer(config),
		({ berth }) =>
			berth.status({
				...(pipeline !== undefined && { pipeline }),
				...(date !== undefined && { ds: date }),
				...(only && { only }),
				params: set,
			}),
	);
	answer(views, json, () =>
		pipeline === undefined ? overview(views) : views.map(inFull).join("\n"),
	);
	if (exitCode && !views.every(isUpToDate)) process.exitCode = EXIT.failed;
}

export interface StatusOptions {
	readonly date?: string;
	readonly set?: Readonly<Record<string, string>>;
	readonly only?: readonly string[];
	readonly json?: boolean;
	readonly exitCode?: boolean;
}

/** Would nothing happen? */
const isUpToDate = ({ problem, tasks }: StatusView): boolean =>
	problem === null && tasks.every(isQuiet);

const isQuiet = ({ outcome }: ForecastView): boolean =>
	outcome === "unchanged" || outcome === "found";

const overview = (views: readonly StatusView[]): string =>
	views.length === 0
		? 'There are no pipelines. "berth init <folder>" writes an example.'
		: table(
				["pipeline", "date", ""],
				views.map((view) => [view.pipeline, view.ds, inALine(view)]),
			);

function inALine(view: StatusView): string {
	const { problem, tasks } = view;
	if (problem !== null) return problem;
	if (isUpToDate(view)) return "up to date";
	const named = (outcome: ForecastView["outcome"], words: string): string[] => {
		const names = tasks.flatMap((task) =>
			task.outcome === outcome ? [task.name] : [],
		);
		return names.length === 0 ? [] : [`${words}: ${few(names, 5)}`];
	};
	const running = tasks.filter(({ outcome }) => outcome === "runs").length;
	return [
		...named("waits", "waits"),
		...named("runs", `${running} of ${tasks.length} would run`),
		...named("fails", "cannot begin"),
		...named("promotes", "would promote"),
		...named("depends", "depend on those"),
	].join("; ");
}

function inFull({ pipeline, ds, tasks }: StatusView): string {
	const width = nameWidth(tasks);
	const lines = tasks.flatMap((task) => taskLines(task, width));
	return [`${pipeline}, ${ds}`, "", ...lines].join("\n");
}

function taskLines(task: ForecastView, width: number): string[] {
	const { name, outcome, note, compared, differences } = task;
	const head = `${MARK[outcome]} ${name.padEnd(width)} ${WORD[outcome].padEnd(13)} ${beside(task)}`;
	const changes = differences.map(({ sentence }) => `    ${sentence}`);
	return [
		head.trimEnd(),
		...(note === null ? [] : [`    ${note}`]),
		...(compared !== null && changes.length > 0
			? [...changes, `    compared with ${compared.attempt}`]
			: []),
	];
}

function beside({ outcome, because, since, dependsOn }: ForecastView): string {
	switch (outcome) {
		case "unchanged":
			return `since ${since}`;
		case "depends":
			return dependsOn.join(", ");
		case "runs":
		case "fails":
		case "found":
		case "waits":
		case "promotes":
			return because ?? "";
	}
}

const WORD: Record<ForecastView["outcome"], string> = {
	unchanged: "unchanged",
	runs: "would run",
	fails: "cannot begin",
	depends: "depends on",
	found: "finds",
	waits: "waits",
	promotes: "would promote",
};

const MARK: Record<ForecastView["outcome"], string> = {
	unchanged: "✓",
	runs: "▸",
	fails: "✗",
	depends: "·",
	found: "✓",
	waits: "◌",
	promotes: "▸",
};
