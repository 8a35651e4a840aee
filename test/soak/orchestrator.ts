import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Home } from "./home.ts";

const BERTH = join(import.meta.dirname, "../../orchestrator/cli/berth");

/** `berth up`, the real process, which is started again at once whenever it ended. */
export class Orchestrator {
	readonly #home: Home;
	readonly #env: NodeJS.ProcessEnv;
	readonly #log: number;
	#process: ChildProcess | null = null;
	#isWanted = true;
	/** That it ended without being killed, in sentences: it never should. */
	readonly gaveUp: string[] = [];

	constructor(home: Home, env: NodeJS.ProcessEnv) {
		this.#home = home;
		this.#env = env;
		this.#log = openSync(home.orchestratorLog, "a");
	}

	start(): void {
		const began = spawn(BERTH, ["up"], {
			cwd: this.#home.path,
			env: this.#env,
			stdio: ["ignore", this.#log, this.#log],
			detached: true, // Ctrl-C is for the soak, which ends its work and looks
		});
		this.#process = began;
		began.once("exit", (code, signal) => {
			if (!this.#isWanted) return;
			if (signal !== "SIGKILL") this.gaveUp.push(this.#lastWords(code));
			this.start();
		});
	}

	/** Resolves once the one that runs now has got a task to tell something, or is gone, or has had long enough. */
	async works(signal: AbortSignal): Promise<void> {
		const child = this.#process;
		const enough = AbortSignal.any([signal, AbortSignal.timeout(WORKS_MS)]);
		const told = await this.#told();
		while (!enough.aborted && this.#process === child) {
			if ((await this.#told()) > told) return;
			await sleep(20);
		}
	}

	/** SIGKILL. False when there was none to kill. */
	async kill(): Promise<boolean> {
		const victim = this.#process;
		if (victim?.exitCode !== null || victim.signalCode !== null) return false;
		const gone = once(victim, "exit");
		victim.kill("SIGKILL");
		const [, signal] = await gone;
		return signal === "SIGKILL";
	}

	/** As a service manager stops it; how many milliseconds it took. */
	async stop(): Promise<number> {
		this.#isWanted = false;
		const last = this.#process;
		if (last?.exitCode !== null || last.signalCode !== null) return 0;
		const began = performance.now();
		const gone = once(last, "exit");
		last.kill("SIGTERM");
		const insist = setTimeout(() => last.kill("SIGKILL"), STOP_MS);
		await gone;
		clearTimeout(insist);
		return performance.now() - began;
	}

	async #told(): Promise<number> {
		const ledger = await stat(this.#home.ledger).catch(() => null);
		return ledger?.size ?? 0;
	}

	#lastWords(code: number | null): string {
		const log = readFileSync(this.#home.orchestratorLog, "utf8");
		return `It ended with code ${code}: ${log.trim().split("\n").at(-1)}`;
	}
}

const STOP_MS = 20_000;

/** On a machine that has much else to do. */
const WORKS_MS = 8_000;
