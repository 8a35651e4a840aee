import type { Command } from "commander";
import { collect, follow, json, onDate, only, param } from "./arguments.ts";
import { WHICH_RUN } from "./which-run.ts";

/** Commands that make something happen. */
export function addWork(berth: Command): void {
	addBeginning(berth);
	addRuns(berth);
	addMoving(berth);
}

function addBeginning(berth: Command): void {
	berth
		.command("init <folder>")
		.description(
			"write an example pipeline, and what an editor needs to know its types",
		)
		.action(async (folder) => (await import("./init.ts")).init(folder));
	addImport(berth);
	berth
		.command("up")
		.description(
			"own the data directory: start runs when they are due, answer the other commands",
		)
		.option(
			"--drain",
			"when told to stop, wait until the containers that run have ended; begin nothing new",
		)
		.action(async (options) => (await import("./up.ts")).up(options));
}

function addImport(berth: Command): void {
	berth
		.command("import <dvc.yaml>")
		.description(
			"make a pipeline of a dvc.yaml, and list what could not be translated",
		)
		.requiredOption("--image <image>", "the image that its stages run in")
		.option("--name <pipeline>", "default: the repository's folder")
		.option("--out <file.ts>", "default: <name>.ts in the pipelines folder")
		.option(
			"--data <prefix>",
			"where in the data directory the repository's files lie (default: dvc/<name>)",
		)
		.option(
			"--also <path>",
			"a file or folder of the repository that every stage gets besides its deps; may be repeated",
			collectPaths,
		)
		.option("--force", "replace the file when it is there")
		.addOption(json())
		.action(async (file, options) =>
			(await import("./import.ts")).importFile(file, options),
		);
}

const collectPaths = (path: string, sofar: readonly string[] = []) => [
	...sofar,
	path,
];

function addRuns(berth: Command): void {
	berth
		.command("run <pipeline>")
		.description(
			"run a pipeline now, and wait; exits with 0 when the run succeeded",
		)
		.addOption(onDate())
		.addOption(param())
		.addOption(only())
		.option(
			"--no-cache",
			"compute anew what an earlier run could stand in for, and remember it (with --only: just the tasks named)",
		)
		.addOption(follow())
		.addOption(json())
		.action(async (pipeline, options) =>
			(await import("./run.ts")).run(pipeline, options),
		);
	berth
		.command("sweep [pipeline]")
		.description(
			"run a pipeline for every combination of values, and put the metrics side by side",
		)
		.option(
			"--set <key=values>",
			"values of a param: key=a,b or key=1..5; may be repeated",
			collect,
		)
		.addOption(onDate("the runs' date"))
		.option(
			"--resume [sweep]",
			"go on with a sweep (default: the newest): what is missing is run, what failed is run again",
		)
		.option("--metric <name...>", "which metrics to show, such as rocAuc")
		.addOption(json())
		.action(async (pipeline, options) =>
			(await import("./sweep.ts")).sweep(pipeline, options),
		);
	berth
		.command("replay <run>")
		.description(
			"run it again with the images and inputs of then, and compare; exits with 0 when all is identical",
		)
		.option("--only <task>", "only this task")
		.addOption(follow())
		.addOption(json())
		.addHelpText("after", `\n${WHICH_RUN}`)
		.action(async (run, options) =>
			(await import("./replay.ts")).replay(run, options),
		);
	berth
		.command("cancel <run>")
		.description("stop a run: what runs is stopped, what waits is not started")
		.addOption(json())
		.addHelpText("after", `\n${WHICH_RUN}`)
		.action(async (run, options) =>
			(await import("./cancel.ts")).cancel(run, options),
		);
	berth
		.command("retry <run>")
		.description(
			"run again what failed or was cancelled, as a new run that carries over what succeeded",
		)
		.option("--no-cache", "compute anew what is not carried over")
		.addOption(follow())
		.addOption(json())
		.addHelpText("after", `\n${WHICH_RUN}`)
		.action(async (run, options) =>
			(await import("./run.ts")).retry(run, options),
		);
}

function addMoving(berth: Command): void {
	berth
		.command("promote <path>")
		.description("have another path hold what this one holds now")
		.requiredOption("--to <path>", "such as models/production")
		.addOption(json())
		.action(async (path, options) =>
			(await import("./promote.ts")).promote(path, options),
		);
	berth
		.command("rollback <path>")
		.description("have a path hold what it held before")
		.option(
			"--to <entry>",
			'an entry of its history: "#12", how many back, the beginning of its object\'s hash, a date or a time (default: the newest with another object)',
		)
		.addOption(json())
		.action(async (path, options) =>
			(await import("./promote.ts")).rollback(path, options),
		);
}
