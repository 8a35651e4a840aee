import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { OwnEngine } from "../rig/own-engine.ts";
import { Dice } from "./dice.ts";
import { ATTEMPT, ask, containers } from "./engine-socket.ts";
import { copyLog, type LogText } from "./log-copy.ts";
import type { Orchestrator } from "./orchestrator.ts";

/** Kills at moments and in ways that its seed chooses, and keeps a list. Only what hit something is on it. */
export class Monkey {
	readonly #parts: MonkeyParts;
	readonly #end = new AbortController();
	#done: Promise<unknown> = Promise.resolve();
	orchestrators = 0;
	readonly containers: ContainerHit[] = [];
	/** All that it raised its hand against. */
	readonly attempted: ContainerHit[] = [];
	readonly engines: EngineHit[] = [];

	constructor(parts: MonkeyParts) {
		this.#parts = parts;
	}

	start(): void {
		this.#done = Promise.all([
			this.#often("orchestrator", [0, 500], (dice) => this.#orchestrator(dice)),
			this.#often("container", [150, 1_000], (dice) => this.#container(dice)),
			this.#often("engine", [30_000, 50_000], (dice) => this.#engine(dice)),
		]);
	}

	/** Everything it killed is up again when this resolves. */
	async stop(): Promise<void> {
		this.#end.abort();
		await this.#done;
	}

	async #often(
		what: string,
		[low, high]: readonly [number, number],
		kill: (dice: Dice) => Promise<void>,
	): Promise<void> {
		const dice = new Dice(this.#parts.seed, what);
		const { signal } = this.#end;
		let pause = what === "engine" ? low / 3 : low;
		for (;;) {
			await sleep(pause, undefined, { signal }).catch(() => undefined);
			if (signal.aborted) return;
			await kill(dice);
			pause = dice.between(low, high);
		}
	}

	/** Every fourth time while it starts; the others at work. */
	async #orchestrator(dice: Dice): Promise<void> {
		const { signal } = this.#end;
		const isPatient = dice.next() < 0.75;
		const pause = dice.between(100, 1_000);
		if (isPatient) await this.#parts.orchestrator.works(signal);
		await sleep(pause, undefined, { signal }).catch(() => undefined);
		if (!(await this.#parts.orchestrator.kill())) return;
		this.orchestrators++;
		this.#note("orchestrator");
	}

	/** Tries until one is hit. */
	async #container(dice: Dice): Promise<void> {
		const way = dice.next() < 0.5 ? "kill" : "remove";
		const which = dice.next();
		while (!this.#end.signal.aborted) {
			const hit = this.#isTooMuch()
				? null
				: await this.#hit(which, way).catch(() => null);
			if (hit) {
				this.containers.push(hit);
				return this.#note(`container ${hit.attempt} (${hit.way})`);
			}
			await sleep(100);
		}
	}

	/** Of two that begin one comes through, or no work would come to its end on a slow machine. */
	#isTooMuch(): boolean {
		const { ledger } = this.#parts;
		const began = existsSync(ledger)
			? readFileSync(ledger, "utf8").split(" start\n").length - 1
			: 0;
		return this.containers.length * 2 >= began;
	}

	async #hit(
		which: number,
		way: ContainerHit["way"],
	): Promise<ContainerHit | null> {
		const { socket } = this.#parts.engine;
		const running = await containers(socket, false);
		const victim = running[Math.floor(which * running.length)];
		if (!victim) return null;
		const attempt = victim.Labels[ATTEMPT] ?? "";
		const hit = { id: victim.Id, attempt, way, at: Date.now(), log: null };
		this.attempted.push(hit); // an engine that is killed meanwhile may have done it
		return way === "kill" ? this.#kill(hit) : this.#remove(hit);
	}

	/** What the engine tells of its log is kept, to see whether berth has it all. */
	async #kill(hit: ContainerHit): Promise<ContainerHit | null> {
		const { socket } = this.#parts.engine;
		const copied = copyLog(socket, hit.id);
		const path = `/containers/${hit.id}/kill`;
		const { status } = await ask(socket, "POST", path);
		return status === 204 ? { ...hit, log: await copied } : null;
	}

	async #remove(hit: ContainerHit): Promise<ContainerHit | null> {
		const path = `/containers/${hit.id}?force=1&v=1`;
		const { status } = await ask(this.#parts.engine.socket, "DELETE", path);
		return status === 204 ? hit : null;
	}

	/** Dead for up to three seconds, and up again with the other setting. */
	async #engine(dice: Dice): Promise<void> {
		const { engine } = this.#parts;
		const at = Date.now();
		await engine.kill();
		this.#note("engine");
		await sleep(dice.between(0, 3_000));
		engine.liveRestore = this.engines.length % 2 === 0;
		await engine.start();
		this.engines.push({ at, up: Date.now(), liveRestore: engine.liveRestore });
		this.#note(
			`the engine is up again ${engine.liveRestore ? "with" : "without"} live-restore`,
		);
	}

	#note(what: string): void {
		appendFileSync(this.#parts.diary, `${new Date().toISOString()} ${what}\n`);
	}
}

export interface MonkeyParts {
	readonly seed: number;
	readonly orchestrator: Orchestrator;
	readonly engine: OwnEngine;
	/** The file in which tasks say that they began. */
	readonly ledger: string;
	/** The file that says what was killed when. */
	readonly diary: string;
}

export interface ContainerHit {
	readonly id: string;
	readonly attempt: string;
	readonly way: "kill" | "remove";
	readonly at: number;
	/** What the engine had of its log at the end, at least; null where that cannot be told. */
	readonly log: LogText | null;
}

export interface EngineHit {
	readonly at: number;
	/** When it answered again. */
	readonly up: number;
	/** The setting it came back with: did it leave containers alive? */
	readonly liveRestore: boolean;
}
