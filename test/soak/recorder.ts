import { setTimeout as sleep } from "node:timers/promises";
import { jsonLines } from "../../orchestrator/api/json-lines.ts";
import { ATTEMPT, open } from "./engine-socket.ts";

/** What happened to one container, as its engine told it. */
export interface Recorded {
	readonly id: string;
	readonly attempt: string;
	readonly created: boolean;
	readonly starts: number;
	/** The exit code it died with, where the engine lived to tell. */
	readonly died: number | null;
}

/** Writes down the engine's own events about our containers, across its deaths. What an engine did not live to tell is missing. */
export class Recorder {
	readonly #socket: string;
	readonly #over = new AbortController();
	readonly #containers = new Map<string, Recorded>();
	/** Told already: when asked again, an engine repeats some. */
	readonly #told = new Set<string>();
	/** Of the last event, in seconds. */
	#last = 0;
	#done: Promise<void> = Promise.resolve();

	constructor(socket: string) {
		this.#socket = socket;
	}

	start(): void {
		this.#done = this.#listen();
	}

	async stop(): Promise<readonly Recorded[]> {
		this.#over.abort();
		await this.#done;
		return [...this.#containers.values()];
	}

	async #listen(): Promise<void> {
		const { signal } = this.#over;
		while (!signal.aborted) {
			await this.#follow().catch(() => undefined);
			await sleep(20);
		}
	}

	async #follow(): Promise<void> {
		const filters = encodeURIComponent(
			JSON.stringify({
				type: ["container"],
				event: ["create", "start", "die"],
				label: [ATTEMPT],
			}),
		);
		const path = `/events?since=${this.#last}&filters=${filters}`;
		const events = await open(this.#socket, "GET", path);
		const end = (): void => void events.destroy();
		this.#over.signal.addEventListener("abort", end, { once: true });
		try {
			for await (const event of jsonLines(events))
				this.#take(event as EngineEvent);
		} finally {
			this.#over.signal.removeEventListener("abort", end);
		}
	}

	#take({ Action, Actor, time, timeNano }: EngineEvent): void {
		this.#last = time;
		const event = `${Actor.ID} ${Action} ${timeNano}`;
		if (this.#told.has(event)) return;
		this.#told.add(event);
		const known = this.#containers.get(Actor.ID) ?? {
			id: Actor.ID,
			attempt: Actor.Attributes[ATTEMPT] ?? "",
			created: false,
			starts: 0,
			died: null,
		};
		this.#containers.set(Actor.ID, {
			...known,
			created: known.created || Action === "create",
			starts: known.starts + (Action === "start" ? 1 : 0),
			died: Action === "die" ? Number(Actor.Attributes.exitCode) : known.died,
		});
	}
}

interface EngineEvent {
	readonly Action: string;
	readonly Actor: {
		readonly ID: string;
		readonly Attributes: Readonly<Record<string, string>>;
	};
	readonly time: number;
	readonly timeNano: number;
}
