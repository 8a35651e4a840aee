import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { compileCache, ownProgram } from "../own-files.ts";
import type { Ask, Tell } from "./protocol.ts";

/** How the loading process ended: it did what it was asked, or the file that it was busy with is to blame. */
export type Ended =
	| { readonly how: "done" }
	| {
			readonly how: "died";
			/** Null when it had not come to any. */
			readonly file: string | null;
			readonly because: string;
	  };

/** A process that loads pipelines. It starts at once, so that it is ready when it is asked; it is asked once. */
export class LoadingProcess {
	readonly #child: ChildProcess;
	readonly #died = Promise.withResolvers<string>();
	#noise = "";

	constructor(folder: string) {
		this.#child = start(folder);
		this.#child.stderr?.on("data", (chunk: Buffer) => {
			this.#noise = (this.#noise + chunk.toString()).slice(-MOST_NOISE);
		});
		this.#child.on("error", (error) => this.#died.resolve(error.message));
		this.#child.on("close", (code, signal) =>
			this.#died.resolve(ending(code, signal, this.#noise)),
		);
	}

	/** Each file may take that long. Afterwards the process is gone, as it is when the signal is raised: then nobody waits for an answer. */
	async ask(
		ask: Ask,
		{ timeoutMs, signal }: Patience,
		hear: (tell: Tell) => void,
	): Promise<Ended> {
		const { promise, resolve, reject } = Promise.withResolvers<Ended>();
		const giveUp = (): void => reject(signal.reason);
		signal.addEventListener("abort", giveUp);
		if (signal.aborted) giveUp();
		let file: string | null = null;
		const died = (because: string) => resolve({ how: "died", file, because });
		const patience = new Patient(() => died("it did not start."), START_MS);
		this.#child.on("message", (tell: Tell) => {
			patience.anew(() => died(tooLong(timeoutMs)), timeoutMs);
			if (tell.type === "loading") file = tell.file;
			if (tell.type === "done") resolve({ how: "done" });
			else hear(tell);
		});
		void this.#died.promise.then(died);
		this.#child.send(ask, () => undefined);
		try {
			return await promise;
		} finally {
			signal.removeEventListener("abort", giveUp);
			patience.end();
			this.end();
		}
	}

	end(): void {
		this.#child.kill("SIGKILL");
	}
}

/** In two halves: where nobody was let run for a while (a machine that slept), the first is over at once, and both sides have the second. */
class Patient {
	#timer: NodeJS.Timeout | undefined;

	constructor(onOver: () => void, ms: number) {
		this.anew(onOver, ms);
	}

	anew(onOver: () => void, ms: number): void {
		this.end();
		this.#timer = setTimeout(() => {
			this.#timer = setTimeout(onOver, ms / 2);
		}, ms / 2);
	}

	end(): void {
		clearTimeout(this.#timer);
	}
}

interface Patience {
	/** For each file. */
	readonly timeoutMs: number;
	readonly signal: AbortSignal;
}

/** On a machine that is very busy. */
const START_MS = 60_000;
const MEMORY_MIB = 512;
const MOST_NOISE = 16_384;

/** The shell is there to limit the processor's time: if berth itself is killed, a file that loops must not go on for ever. */
function start(folder: string): ChildProcess {
	return spawn(
		"/bin/sh",
		[
			"-c",
			'ulimit -t 300; exec "$0" "$@"',
			process.execPath,
			`--max-old-space-size=${MEMORY_MIB}`,
			"--no-warnings",
			fileURLToPath(ownProgram("define/load-child.ts")),
		],
		{
			cwd: folder,
			env: bareEnv(),
			stdio: ["ignore", "ignore", "pipe", "ipc"],
		},
	);
}

/** What programs need to run, and no secrets. */
function bareEnv(): NodeJS.ProcessEnv {
	const names = ["PATH", "HOME", "USER", "TMPDIR", "TZ", "LANG", "LC_ALL"];
	const kept = names.flatMap((name) => {
		const value = process.env[name];
		return value === undefined ? [] : [[name, value]];
	});
	return { ...Object.fromEntries(kept), ...compileCache() };
}

const tooLong = (timeoutMs: number): string =>
	`it was not done within ${timeoutMs / 1000} s. Look for a loop, or an await that never ends.`;

function ending(
	code: number | null,
	signal: NodeJS.Signals | null,
	noise: string,
): string {
	if (noise.includes("heap out of memory"))
		return `it used more than ${MEMORY_MIB} MiB of memory. Let a task do what is big.`;
	const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
	return `it ended the process that loads it (${how}). Remove what does that, such as process.kill or process.abort.`;
}
