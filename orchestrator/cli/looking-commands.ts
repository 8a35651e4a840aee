import { type Command, Option } from "commander";
import { json, onDate, STATUSES, whole } from "./arguments.ts";
import { WHICH_LINEAGE, WHICH_RUN } from "./which-run.ts";

/** Commands that only look. Each can answer in JSON. */
export function addLooking(berth: Command): void {
	addPipelines(berth);
	addRuns(berth);
	addLogs(berth);
	berth
		.command("artifacts [path]")
		.description("list what is published; of one path, its history")
		.addOption(json())
		.action(async (path, options) =>
			(await import("./artifacts.ts")).artifacts(path, options),
		);
	berth
		.command("history <path>")
		.description(
			"show what was ever at a path: when, by whom, in which run, and what made it",
		)
		.addOption(json())
		.action(async (path, options) =>
			(await import("./history.ts")).history(path, options),
		);
	berth
		.command("lineage <of>")
		.description(
			"show what a path, an object or a task of a run came from, up to files from outside",
		)
		.addOption(
			new Option("--mermaid", "as a Mermaid flowchart").conflicts("json"),
		)
		.addOption(json())
		.addHelpText("after", `\n${WHICH_LINEAGE}`)
		.action(async (of, options) =>
			(await import("./lineage.ts")).lineage(of, options),
		);
}

function addPipelines(berth: Command): void {
	berth
		.command("check")
		.description("load and plan every pipeline, and say what is wrong")
		.addOption(onDate("plan for this date"))
		.addOption(json())
		.action(async (options) => (await import("./check.ts")).check(options));
	berth
		.command("pipelines")
		.description("list the pipelines and when they are next due")
		.addOption(json())
		.action(async (options) =>
			(await import("./pipelines.ts")).pipelines(options),
		);
}

function addRuns(berth: Command): void {
	berth
		.command("runs [pipeline]")
		.description("list runs, newest first")
		.option("--limit <n>", "how many", whole, 20)
		.addOption(new Option("--status <status>", "only these").choices(STATUSES))
		.addOption(json())
		.action(async (pipeline, options) =>
			(await import("./runs.ts")).runs(pipeline, options),
		);
	berth
		.command("show <run>")
		.description("show a run's tasks, attempts, results and outputs")
		.addOption(json())
		.addHelpText("after", `\n${WHICH_RUN}`)
		.action(async (run, options) =>
			(await import("./show.ts")).show(run, options),
		);
}

function addLogs(berth: Command): void {
	berth
		.command("logs <run> <task>")
		.description(
			"print what a task wrote: its standard output here on standard output, its standard error on standard error",
		)
		.option(
			"-f, --follow",
			"go on until the task is over, through all its attempts",
		)
		.option("--attempt <n>", "which attempt (default: the latest)", whole)
		.option("--tail <n>", "only the last so many lines", whole)
		.option("--timestamps", "with the time of each line")
		.addOption(json())
		.addHelpText("after", `\n${WHICH_RUN}`)
		.action(async (run, task, options) =>
			(await import("./logs.ts")).logs(run, task, options),
		);
}
