import { type Command, Option } from "commander";
import { days, json, whole } from "./arguments.ts";

/** Commands for what lies around pipelines. */
export function addKeeping(berth: Command): void {
	addVars(berth);
	berth
		.command("images")
		.description("the images that are built here")
		.command("build [name...]")
		.description("build them through the engine; unchanged ones are skipped")
		.addOption(json())
		.action(async (names, options) =>
			(await import("./images.ts")).build(names, options),
		);
	addGc(berth);
	addBackup(berth);
	addDoctor(berth);
}

function addGc(berth: Command): void {
	berth
		.command("gc")
		.description("remove objects that nobody needs any more")
		.option(
			"--keep <n>",
			"keep the newest so many objects of each path (default: BERTH_KEEP_OBJECTS, 3)",
			whole,
		)
		.option(
			"--keep-days <d>",
			"keep what was published so many days ago or less (default: 1)",
			days,
		)
		.option("--dry-run", "only tell what would go, and what is kept why")
		.addOption(json())
		.action(async (options) => (await import("./gc.ts")).gc(options));
}

function addBackup(berth: Command): void {
	berth
		.command("backup <file>")
		.description("copy what berth remembers into a file, also while it works")
		.option("--force", "replace the file when it is there")
		.addOption(json())
		.action(async (file, options) =>
			(await import("./backup.ts")).backup(file, options),
		);
	berth
		.command("restore <file>")
		.description("put a backup in the place of what berth remembers")
		.addOption(json())
		.action(async (file, options) =>
			(await import("./backup.ts")).restore(file, options),
		);
}

function addVars(berth: Command): void {
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
		.description("remove a variable")
		.action(async (name) => (await import("./vars.ts")).unset(name));
}

function addDoctor(berth: Command): void {
	berth
		.command("doctor")
		.description("say what is missing here and how to get it")
		.addOption(
			new Option(
				"--moved",
				"the data directory was moved here: it is the same one",
			).conflicts("copied"),
		)
		.option(
			"--copied",
			"the data directory is a copy: it becomes one of its own",
		)
		.addOption(json())
		.action(async (options) => (await import("./doctor.ts")).doctor(options));
}
