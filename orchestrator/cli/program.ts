import { Command, InvalidArgumentError, Option } from "commander";
import { VERSION } from "../version.ts";
import { fail } from "./fail.ts";

/** The words of the command line. What a command does is loaded when it is asked for, because most of it is heavy. */
export async function main(argv: readonly string[]): Promise<void> {
	try {
		await program().parseAsync(argv);
	} catch (error) {
		await fail(error);
	}
}

function program(): Command {
	const berth = new Command("berth")
		.description(
			"Machine-learning pipelines with every task in its own Docker container.",
		)
		.version(VERSION)
		.showSuggestionAfterError()
		.configureHelp({ sortSubcommands: false })
		.exitOverride();
	addWork(berth);
	addLooking(berth);
	addKeeping(berth);
	return berth;
}

function addWork(berth: Command): void {
	berth
		.command("init <folder>")
		.description(
			"write an example pipeline, and what an editor needs to know its types",
		)
		.action(async (folder) => (await import("./init.ts")).init(folder));
	berth
		.command("up")
		.description(
			"own the data directory: start runs when they are due, answer the other commands",
		)
		.action(async () => (await import("./up.ts")).up());
	berth
		.command("run <pipeline>")
		.description(
			"run a pipeline now, and wait; exits with 0 when the run succeeded",
		)
		.option(
			"--date <date>",
			"the run's date, YYYY-MM-DD (default: today)",
			date,
		)
		.option(
			"--set <key=value>",
			"give a param a value; may be repeated",
			collect,
			{},
		)
		.option(
			"--follow",
			"show the tasks as they advance, and the last lines of their logs",
		)
		.addOption(json())
		.action(async (pipeline, options) =>
			(await import("./run.ts")).run(pipeline, options),
		);
	berth
		.command("cancel <run>")
		.description("stop a run: what runs is stopped, what waits is not started")
		.addOption(json())
		.action(async (run, options) =>
			(await import("./cancel.ts")).cancel(run, options),
		);
	berth
		.command("retry <run>")
		.description(
			"run again what failed or was cancelled, as a new run that carries over what succeeded",
		)
		.option(
			"--follow",
			"show the tasks as they advance, and the last lines of their logs",
		)
		.addOption(json())
		.action(async (run, options) =>
			(await import("./run.ts")).retry(run, options),
		);
}

function addLooking(berth: Command): void {
	berth
		.command("check")
		.description("load and plan every pipeline, and say what is wrong")
		.option(
			"--date <date>",
			"plan for this date, YYYY-MM-DD (default: today)",
			date,
		)
		.addOption(json())
		.action(async (options) => (await import("./check.ts")).check(options));
	berth
		.command("pipelines")
		.description("list the pipelines and when they are next due")
		.addOption(json())
		.action(async (options) =>
			(await import("./pipelines.ts")).pipelines(options),
		);
	berth
		.command("runs [pipeline]")
		.description("list runs, newest first")
		.option("--limit <n>", "how many", whole, 20)
		.addOption(
			new Option("--status <status>").choices([
				"queued",
				"running",
				"succeeded",
				"failed",
				"cancelled",
			]),
		)
		.addOption(json())
		.action(async (pipeline, options) =>
			(await import("./runs.ts")).runs(pipeline, options),
		);
	berth
		.command("show <run>")
		.description("show a run's tasks, attempts, results and outputs")
		.addOption(json())
		.action(async (run, options) =>
			(await import("./show.ts")).show(run, options),
		);
	berth
		.command("logs <run> <task>")
		.description(
			"print what a task wrote: its standard output here on standard output, its standard error on standard error",
		)
		.option("-f, --follow", "go on until the task is over")
		.option("--attempt <n>", "which attempt (default: the latest)", whole)
		.option("--timestamps", "with the time of each line")
		.addOption(json())
		.action(async (run, task, options) =>
			(await import("./logs.ts")).logs(run, task, options),
		);
	berth
		.command("artifacts [path]")
		.description("list what is published; of one path, its history")
		.addOption(json())
		.action(async (path, options) =>
			(await import("./artifacts.ts")).artifacts(path, options),
		);
}

function addKeeping(berth: Command): void {
	const vars = berth
		.command("vars")
		.description("list, set and remove the variables that pipelines read")
		.addOption(json())
		.action(async (options) => (await import("./vars.ts")).list(options));
	vars
		.command("set <name> <value>")
		.description("such as: berth vars set model_path models/2026-11-16/model")
		.action(async (name, value) =>
			(await import("./vars.ts")).set(name, value),
		);
	vars
		.command("unset <name>")
		.action(async (name) => (await import("./vars.ts")).unset(name));
	berth
		.command("images")
		.description("the images that are built here")
		.command("build [name...]")
		.description("build them through the engine; unchanged ones are skipped")
		.addOption(json())
		.action(async (names, options) =>
			(await import("./images.ts")).build(names, options),
		);
	berth
		.command("doctor")
		.description("say what is missing here and how to get it")
		.option("--moved", "the data directory was moved here: it is the same one")
		.option(
			"--copied",
			"the data directory is a copy: it becomes one of its own",
		)
		.addOption(json())
		.action(async (options) => (await import("./doctor.ts")).doctor(options));
}

const json = (): Option => new Option("--json", "answer in JSON");

const collect = (
	pair: string,
	sofar: Record<string, string>,
): Record<string, string> => {
	const at = pair.indexOf("=");
	if (at < 1)
		throw new InvalidArgumentError(`Write it as key=value, such as seed=7.`);
	return { ...sofar, [pair.slice(0, at)]: pair.slice(at + 1) };
};

function date(text: string): string {
	const day = new Date(`${text}T00:00:00Z`);
	if (
		!Number.isNaN(day.getTime()) &&
		day.toISOString().startsWith(text) &&
		text.length === 10
	)
		return text;
	throw new InvalidArgumentError("Write it as YYYY-MM-DD, such as 2026-11-20.");
}

function whole(text: string): number {
	if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
	throw new InvalidArgumentError("Give a whole number from 1 on.");
}
