import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Identity, isAlive } from "./identity.ts";
import {
	claimed,
	type ExitRecord,
	type Program,
	readWhole,
} from "./records.ts";

/** What an attempt's folder and the processes it names tell. */
export type State =
	| { readonly kind: "gone" }
	/** No supervisor has claimed it yet. */
	| { readonly kind: "created" }
	/** A supervisor is about to start the program. */
	| { readonly kind: "starting" }
	| { readonly kind: "running"; readonly program: Program }
	/** The supervisor died before it started the program, which therefore never ran. */
	| { readonly kind: "abandoned" }
	/** The supervisor died after it started the program: nobody will learn how that ended. */
	| { readonly kind: "orphaned"; readonly program: Program }
	| { readonly kind: "ended"; readonly exit: ExitRecord };

/** Looks once. Everything it reads is written whole. */
export function look(folder: string): State {
	const ended = endOf(folder);
	if (ended) return ended;
	const supervisor = claimed<Identity>(join(folder, "supervisor"));
	if (!supervisor) return { kind: existsSync(folder) ? "created" : "gone" };
	const lives = isAlive(supervisor);
	// It may have written both in between, and left.
	const program = claimed<Program>(join(folder, "program"));
	if (!lives) return endOf(folder) ?? deserted(folder, program);
	return program ? { kind: "running", program } : { kind: "starting" };
}

/** Is something of it up, or about to be? */
export const isUp = (state: State): boolean =>
	state.kind === "running" || state.kind === "starting";

function endOf(folder: string): State | null {
	const exit = readWhole<ExitRecord>(join(folder, "exit.json"));
	return exit && { kind: "ended", exit };
}

function deserted(folder: string, program: Program | null): State {
	if (program) return { kind: "orphaned", program };
	return { kind: existsSync(folder) ? "abandoned" : "gone" };
}
