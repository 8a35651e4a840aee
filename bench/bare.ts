import http from "node:http";
import { findEngine } from "../orchestrator/runtimes/docker/find-engine.ts";

/** Bare engine calls over keep-alive connections: create, start, wait, remove. */
export class BareEngine {
	readonly #agent = new http.Agent({ keepAlive: true });
	readonly #socketPath: string;

	constructor() {
		const endpoint = findEngine(process.env);
		if (typeof endpoint === "string" || endpoint.kind !== "socket")
			throw new Error("This needs an engine at a socket of this machine.");
		this.#socketPath = endpoint.path;
	}

	/** Seconds for one container from this body, by call. */
	async one(body: object): Promise<BareTimes> {
		const marks = [performance.now()];
		const mark = (): number => marks.push(performance.now());
		const { Id } = await this.call("POST", "/containers/create", body);
		mark();
		await this.call("POST", `/containers/${Id}/start`);
		mark();
		await this.call("POST", `/containers/${Id}/wait?condition=not-running`);
		mark();
		await this.call("DELETE", `/containers/${Id}?v=1`);
		mark();
		const [create, start, wait, remove] = marks
			.slice(1)
			.map((at, i) => (at - (marks[i] ?? at)) / 1000);
		return { create, start, wait, remove } as BareTimes;
	}

	/** The body with which the engine made this container, as far as it matters here. */
	async bodyOf(name: string): Promise<object> {
		const seen = await this.call("GET", `/containers/${name}/json`);
		const { Image, Cmd, Env, User, Labels, Healthcheck } =
			seen.Config as Record<string, unknown>;
		return {
			Image,
			Cmd,
			Env,
			User,
			Labels,
			Healthcheck,
			HostConfig: seen.HostConfig,
		};
	}

	call(
		method: string,
		path: string,
		body?: object,
	): Promise<Record<string, unknown>> {
		return new Promise((resolve, reject) => {
			const request = http.request(
				{
					socketPath: this.#socketPath,
					method,
					path: `/v1.41${path}`,
					agent: this.#agent,
					headers: { "Content-Type": "application/json" },
				},
				(answer) => {
					let text = "";
					answer.on("data", (part) => {
						text += part;
					});
					answer.on("end", () => {
						if ((answer.statusCode ?? 500) < 400)
							resolve(text === "" ? {} : JSON.parse(text));
						else reject(new Error(`${method} ${path}: ${text}`));
					});
				},
			);
			request.on("error", reject);
			request.end(body ? JSON.stringify(body) : undefined);
		});
	}

	close(): void {
		this.#agent.destroy();
	}
}

export interface BareTimes {
	readonly create: number;
	readonly start: number;
	readonly wait: number;
	readonly remove: number;
}
