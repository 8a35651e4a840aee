import type { IncomingMessage } from "node:http";
import { jsonLines } from "../../orchestrator/api/json-lines.ts";
import { LABEL } from "../../orchestrator/runtimes/docker/labels.ts";
import type { OwnEngine } from "../rig/own-engine.ts";
import {
	ask,
	json,
	type ListedContainer,
	open,
} from "../soak/engine-socket.ts";

/** Everything that the engine says about containers, also over its restarts; and what it answers now. */
export class EngineWatch {
	readonly engine: OwnEngine;
	readonly #events: ContainerEvent[] = [];
	#listening: IncomingMessage | null = null;

	constructor(engine: OwnEngine) {
		this.engine = engine;
	}

	/** To be done once the engine is up, and again after a restart, before a berth asks it for anything. */
	async listen(): Promise<void> {
		const query = `filters=${encodeURIComponent('{"type":["container"]}')}`;
		const since = `since=${Math.floor(Date.now() / 1000)}`;
		const path = `/events?${since}&${query}`;
		this.#listening = await open(this.engine.socket, "GET", path);
		void this.#hear(this.#listening).catch(() => undefined); // it was killed
	}

	/** How often this happened to each container of an instance's attempts. */
	happened(instance: string, action: string): Map<string, number> {
		const times = new Map<string, number>();
		for (const { Action, Actor } of this.#events) {
			const { name = "", ...labels } = Actor.Attributes;
			const isAttempt = labels[LABEL.attempt] !== undefined;
			if (Action === action && isAttempt && labels[LABEL.instance] === instance)
				times.set(name, (times.get(name) ?? 0) + 1);
		}
		return times;
	}

	/** The containers of an instance that are there, and in which state. */
	async containers(instance: string): Promise<readonly Seen[]> {
		const label = [`${LABEL.instance}=${instance}`];
		const filters = encodeURIComponent(JSON.stringify({ label }));
		const path = `/containers/json?all=1&filters=${filters}`;
		const answer = await ask(this.engine.socket, "GET", path);
		return json<ListedContainer[]>(answer).map(({ Names, State }) => ({
			name: Names[0]?.slice(1) ?? "",
			state: State,
		}));
	}

	async remove(name: string): Promise<void> {
		const path = `/containers/${name}?force=1`;
		const { status } = await ask(this.engine.socket, "DELETE", path);
		if (status !== 204) throw new Error(`${name} could not be removed`);
	}

	/** Volumes and networks that were not there in the beginning. */
	async strays(): Promise<readonly string[]> {
		const { engine } = this;
		const volumes = await engine.docker("volume", "ls", "-q");
		const custom = ["--filter", "type=custom", "--format", "{{.Name}}"];
		const networks = await engine.docker("network", "ls", ...custom);
		return `${volumes}\n${networks}`.split("\n").filter((name) => name !== "");
	}

	close(): void {
		this.#listening?.destroy();
	}

	async #hear(events: IncomingMessage): Promise<void> {
		for await (const event of jsonLines(events))
			this.#events.push(event as ContainerEvent);
	}
}

interface ContainerEvent {
	readonly Action: string;
	readonly Actor: { readonly Attributes: Readonly<Record<string, string>> };
}

interface Seen {
	readonly name: string;
	/** `created`, `running`, `exited`. */
	readonly state: string;
}
