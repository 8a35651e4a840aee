import { Command } from "commander";
import { VERSION } from "../version.ts";
import { letReadersLeave } from "./answer.ts";
import { addExplaining } from "./explaining-commands.ts";
import { fail } from "./fail.ts";
import { addKeeping } from "./keeping-commands.ts";
import { addLooking } from "./looking-commands.ts";
import { addWork } from "./work-commands.ts";

/** The command line, from the first word to the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
	letReadersLeave();
	try {
		await program().parseAsync(argv);
	} catch (error) {
		await fail(error);
	}
}

/** The words of the command line. What a command does is loaded when it is asked for, because most of it is heavy. */
export function program(): Command {
	const berth = new Command("berth")
		.description(
			"Machine-learning pipelines with every task in its own Docker container.",
		)
		.version(VERSION)
		.showSuggestionAfterError()
		.showHelpAfterError('("--help" says what there is.)')
		.exitOverride();
	addWork(berth);
	addLooking(berth);
	addExplaining(berth);
	addKeeping(berth);
	return berth;
}
