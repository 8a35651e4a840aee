/*
 * Owns one attempt's program: `node supervisor.ts <attempt folder>`, in a session of its own, so that it outlives its client.
 *
 *   job.json (client) ─► supervisor (a claim) ─► gate ─► program (a record) ─► the word ─► log … ─► exit.json
 *
 * Killed at any instant, nothing starts twice and nothing runs unknown:
 *   before the claim            nobody owns the folder: the next launch starts another supervisor. If two come, one claim wins, the other leaves.
 *   claimed, not recorded       the program waits at the gate for our word. We are dead, the word never comes, the gate ends: nothing ran.
 *   recorded, word not given    the same gate ends; what the record names is gone: vanished.
 *   word given                  the program runs without us, and nobody will learn its exit code. Whoever looks next stops the group that
 *                               the record names, and calls it vanished.
 *   exit.json half written      it is written beside and renamed, so it is not there: vanished.
 *   exit.json there             ended; nobody looks at the processes any more.
 *   the folder taken away       claim, record and exit.json fail, so the word is not given, or the program is stopped.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { constants } from "node:os";
import { join } from "node:path";
import { identify, signalGroup } from "./identity.ts";
import { LogFile } from "./log-file.ts";
import { openPipe, type Pipe } from "./pipe.ts";
import type { ExitRecord, Launch, Program } from "./records.ts";
import { claim, codeOf, readWhole, syncFolder, writeWhole } from "./records.ts";

/** How long output may still come once the program has ended: only a process that left its group can hold a pipe open. */
const DRAIN_MS = 1_000;

const DISK_FULL_MS = 1_000;

/** Waits for the word, then becomes the program. Without it (end of file), it ends. */
const GATE = 'read -r word <&3 && [ "$word" = go ] && exec "$@" 3<&-';

const folder = process.argv[2] ?? "";
supervise();

function supervise(): void {
	// Whoever wants the program to stop tells the program; we leave after it.
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
		process.on(signal, () => {});
	const me = identify(process.pid);
	const job = readWhole<Launch>(join(folder, "job.json"));
	if (!me || !job || !claim(join(folder, "supervisor"), me)) return;
	const log = new LogFile(join(folder, "log"), job.logBytes);
	const pipes = (["stdout", "stderr"] as const).map((stream) =>
		openPipe(join(folder, stream), log.open(stream)),
	);
	process.once("exit", () => log.close());
	run(job, pipes);
	flushCompileCache(); // now, and not at the end: the next one should start faster
}

function run(job: Launch, pipes: readonly Pipe[]): void {
	try {
		const child = spawnGate(job, pipes);
		child.once("error", ({ message }) => refuse(message, pipes));
		const who = child.pid === undefined ? null : identify(child.pid);
		if (!who) return;
		const program: Program = { ...who, at: Date.now() };
		claim(join(folder, "program"), program);
		syncFolder(folder);
		child.once("exit", (code, signal) => {
			void finish(program, pipes, { code, signal });
		});
		giveWord(child);
	} catch (error) {
		refuse(String(error), pipes);
	}
}

function spawnGate(job: Launch, pipes: readonly Pipe[]): ChildProcess {
	const ends = pipes.map((pipe) => pipe.writeEnd);
	try {
		return spawn("/bin/sh", ["-c", GATE, "sh", ...oddNames(job), ...job.argv], {
			cwd: job.cwd,
			env: { ...job.env },
			detached: true,
			stdio: ["ignore", ...ends, "pipe"],
			...(job.as ?? {}),
		});
	} finally {
		for (const end of ends) closeSync(end);
	}
}

/** A shell forgets variables whose names are not words; `env` brings them back. */
function oddNames({ env }: Launch): readonly string[] {
	const odd = Object.entries(env).filter(
		([name]) => !/^[a-z_]\w*$/i.test(name),
	);
	return odd.length === 0
		? []
		: ["/usr/bin/env", ...odd.map(([name, value]) => `${name}=${value}`)];
}

function giveWord(child: ChildProcess): void {
	const gate = child.stdio[3];
	if (!gate || !("write" in gate)) return;
	gate.on("error", () => {}); // it was stopped before it heard us: "exit" tells
	gate.end("go\n");
}

/** A container's processes all end with its first one; here that holds for those that stayed in its group. */
async function finish(
	program: Program,
	pipes: readonly Pipe[],
	by: { code: number | null; signal: NodeJS.Signals | null },
): Promise<void> {
	const endedAt = Date.now();
	signalGroup(program, "SIGKILL");
	const patience = setTimeout(() => closeAll(pipes), DRAIN_MS);
	await Promise.all(pipes.map((pipe) => pipe.ended));
	clearTimeout(patience);
	const code = by.signal ? 128 + constants.signals[by.signal] : (by.code ?? 0);
	const { signal } = by;
	leave({ kind: "exited", code, signal, startedAt: program.at, endedAt });
}

function refuse(message: string, pipes: readonly Pipe[]): void {
	closeAll(pipes);
	leave({ kind: "refused", message, endedAt: Date.now() });
}

function closeAll(pipes: readonly Pipe[]): void {
	for (const pipe of pipes) pipe.close();
}

/** A full disk is waited out: without this file the attempt has vanished. */
function leave(record: ExitRecord): void {
	try {
		writeWhole(join(folder, "exit.json"), record);
	} catch (error) {
		if (codeOf(error) === "ENOENT") process.exit(1); // the folder was taken away
		setTimeout(() => leave(record), DISK_FULL_MS);
		return;
	}
	process.exit(0);
}
