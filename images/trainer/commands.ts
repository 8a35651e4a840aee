import process from "node:process";
import { Complaint } from "./program.ts";

/** A part of a program with options of its own. */
export interface Command {
	readonly help: string;
	readonly run: (words: string[]) => Promise<void>;
}

/** Runs the command that the first word names with the words after it, or prints the help that was asked for. */
export async function runCommand(
	commands: { readonly [name: string]: Command },
	words: string[],
): Promise<void> {
	const [name = "", ...rest] = words;
	const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
	const wantsHelp = words.includes("--help") || words.includes("-h");
	if (command === undefined && !wantsHelp) {
		const names = Object.keys(commands).join(" or ");
		const said = name === "" ? "" : `, not "${name}"`;
		throw new Complaint(`Say ${names}${said}. See --help.`, 2);
	}
	if (!wantsHelp) return command?.run(rest);
	const asked = command === undefined ? Object.values(commands) : [command];
	process.stdout.write(asked.map(({ help }) => help).join("\n"));
}
