import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Instant } from "../../model/words.ts";
import { compileCache, ownProgram } from "../../own-files.ts";
import type { Refusal, Started } from "../port.ts";
import { Bell } from "./bell.ts";
import { refused, refusedByMachine } from "./refusal.ts";
import { look, type State } from "./state.ts";

/** Sees to it that the attempt in this folder has been started, once, by whomever. */
export async function start(
	folder: string,
	signal: AbortSignal,
): Promise<Started | Refusal> {
	using bell = new Bell(folder, signal, MILESTONES);
	let failed = false;
	if (look(folder).kind === "created")
		spawnSupervisor(folder, () => {
			failed = true;
			bell.ring();
		});
	for (;;) {
		const left = failed; // read before looking: what it wrote, it wrote before it left
		const answer = answerTo(look(folder), folder, left);
		if (answer) return answer;
		await bell.next();
	}
}

const MILESTONES = new Set(["supervisor", "program", "exit.json"]);

function answerTo(
	state: State,
	folder: string,
	supervisorLeft: boolean,
): Started | Refusal | null {
	switch (state.kind) {
		case "running":
		case "orphaned":
			return { kind: "started", at: state.program.at as Instant };
		case "ended":
			return state.exit.kind === "refused"
				? refused(`The program could not be started: ${state.exit.message}`)
				: { kind: "started", at: state.exit.startedAt as Instant };
		case "abandoned":
			return refusedByMachine(
				`The supervisor in ${folder} was killed before it started the program. Nothing ran.`,
			);
		case "gone":
			return refusedByMachine(
				`The attempt was removed from ${folder} while it was being started. Nothing ran.`,
			);
		case "created":
			return supervisorLeft ? refusedByMachine(complaint(folder)) : null;
		case "starting":
			return null;
	}
}

const complaint = (folder: string): string =>
	`The supervisor for ${folder} did not start: ${readFileSync(join(folder, "supervisor.log"), "utf8").trim() || "it left without a word"}.`;

/** In a session of its own: a closed terminal, Ctrl-C or the death of this process do not reach it. */
function spawnSupervisor(folder: string, left: () => void): void {
	const errors = openSync(join(folder, "supervisor.log"), "a", 0o600);
	const child = spawn(process.execPath, [...LEAN, SUPERVISOR, folder], {
		cwd: "/",
		detached: true,
		env: compileCache(),
		stdio: ["ignore", "ignore", errors],
	});
	closeSync(errors);
	child.once("error", left).once("exit", left);
	child.unref();
}

/** It holds a few buffers and waits. With a compile cache, the types in it cost nothing. */
const LEAN = ["--max-semi-space-size=1", "--max-old-space-size=64"];
const SUPERVISOR = fileURLToPath(ownProgram("runtimes/local/supervisor.ts"));
