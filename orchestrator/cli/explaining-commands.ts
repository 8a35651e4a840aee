import type { Command } from "commander";
import { json, onDate, only, param } from "./arguments.ts";
import { WHICH_RUN } from "./which-run.ts";

/** Commands that say why things are as they are. */
export function addExplaining(berth: Command): void {
	berth
		.command("why <run> <task>")
		.description(
			"say whether a task was unchanged or computed, and which part of what it is made from has changed",
		)
		.addOption(json())
		.addHelpText("after", `\n${WHICH_RUN}`)
		.action(async (run, task, options) =>
			(await import("./why.ts")).why(run, task, options),
		);
	berth
		.command("diff <a> <b>")
		.description(
			"put two artifacts, runs or tasks side by side: files, metrics (better or worse), params",
		)
		.addOption(json())
		.action(async (a, b, options) =>
			(await import("./diff.ts")).diff(a, b, options),
		);
	berth
		.command("status [pipeline]")
		.description(
			"say what a run now would do, without running anything: what is unchanged, what would run and why",
		)
		.addOption(onDate())
		.addOption(param())
		.addOption(only())
		.option("--exit-code", "exit with 1 when a run would do anything")
		.addOption(json())
		.action(async (pipeline, options) =>
			(await import("./status.ts")).status(pipeline, options),
		);
}
