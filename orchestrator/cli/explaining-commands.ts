import type { Command } from "commander";
import { json } from "./arguments.ts";
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
}
