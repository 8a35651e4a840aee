import { Agent, request } from "undici";
import type { RunId } from "../model/words.ts";
import type { RunFilter } from "../store/port.ts";
import {
	type About,
	type Berth,
	type LogLine,
	type LogRequest,
	type PipelineView,
	Refused,
	type StartRequest,
} from "./berth.ts";
import { jsonLines } from "./json-lines.ts";
import type { ServerNote } from "./server.ts";
import type {
	PublicationView,
	RunHead,
	RunView,
	VariableView,
} from "./views.ts";

/** The owner does not answer any more: it was stopped, or killed. */
export class OwnerGone extends Error {
	override readonly name = "OwnerGone";
}

export class Client implements Berth {
	readonly #note: ServerNote;
	/** Streams may be silent for as long as a task runs. */
	readonly #agent = new Agent({
		bodyTimeout: 0,
		headersTimeout: 60_000,
		connect: { timeout: 2_000 },
	});

	constructor(note: ServerNote) {
		this.#note = note;
	}

	about(signal?: AbortSignal): Promise<About> {
		return this.#ask("GET", "/about", undefined, signal);
	}

	pipelines(): Promise<readonly PipelineView[]> {
		return this.#ask("GET", "/pipelines");
	}

	start(wish: StartRequest): Promise<RunView> {
		return this.#ask("POST", "/runs", wish);
	}

	runs(filter: RunFilter): Promise<readonly RunHead[]> {
		const query = Object.entries(filter).map(
			([key, value]): [string, string] => [key, String(value)],
		);
		return this.#ask("GET", `/runs?${new URLSearchParams(query)}`);
	}

	run(id: RunId): Promise<RunView> {
		return this.#ask("GET", `/runs/${encodeURIComponent(id)}`);
	}

	watch(id: RunId, signal: AbortSignal): AsyncIterable<RunView> {
		return this.#lines(`/runs/${encodeURIComponent(id)}/watch`, signal);
	}

	cancel(id: RunId): Promise<RunView> {
		return this.#ask("POST", `/runs/${encodeURIComponent(id)}/cancel`);
	}

	retry(id: RunId, key?: string): Promise<RunView> {
		const path = `/runs/${encodeURIComponent(id)}/retry`;
		return this.#ask("POST", path, key === undefined ? undefined : { key });
	}

	logs(
		{ run, task, attempt, follow, tail }: LogRequest,
		signal: AbortSignal,
	): AsyncIterable<LogLine> {
		const query = new URLSearchParams({ follow: String(follow) });
		if (attempt !== undefined) query.set("attempt", String(attempt));
		if (tail !== undefined) query.set("tail", String(tail));
		const path = `/runs/${encodeURIComponent(run)}/tasks/${encodeURIComponent(task)}/log`;
		return this.#lines(`${path}?${query}`, signal);
	}

	vars(): Promise<readonly VariableView[]> {
		return this.#ask("GET", "/vars");
	}

	setVar(name: string, value: string): Promise<void> {
		return this.#ask("PUT", `/vars/${encodeURIComponent(name)}`, { value });
	}

	unsetVar(name: string): Promise<void> {
		return this.#ask("DELETE", `/vars/${encodeURIComponent(name)}`);
	}

	artifacts(prefix: string): Promise<readonly PublicationView[]> {
		return this.#ask(
			"GET",
			`/artifacts?${new URLSearchParams({ path: prefix })}`,
		);
	}

	async close(): Promise<void> {
		await this.#agent.destroy();
	}

	async #ask<T>(
		method: Method,
		path: string,
		body?: unknown,
		signal?: AbortSignal,
	): Promise<T> {
		const answer = await this.#send(method, path, signal, body);
		const text = await answer.body.text().catch((error: unknown) => {
			throw new OwnerGone(String(error));
		});
		return (text === "" ? undefined : JSON.parse(text)) as T;
	}

	async *#lines<T>(path: string, signal: AbortSignal): AsyncIterable<T> {
		if (signal.aborted) return;
		try {
			const { body } = await this.#send("GET", path, signal);
			for await (const value of jsonLines(body)) {
				const { error } = value as { error?: unknown };
				if (typeof error === "string") throw new Refused("conflict", error);
				yield value as T;
			}
		} catch (error) {
			if (signal.aborted) return;
			throw error instanceof Refused ? error : new OwnerGone(String(error));
		}
	}

	async #send(
		method: Method,
		path: string,
		signal: AbortSignal | undefined,
		body?: unknown,
	): ReturnType<typeof request> {
		const answer = await request(`${this.#note.address}/api${path}`, {
			method,
			dispatcher: this.#agent,
			headers: {
				authorization: `Bearer ${this.#note.token}`,
				...(body === undefined ? {} : { "content-type": "application/json" }),
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			...(signal === undefined ? {} : { signal }),
		}).catch((error: unknown) => {
			throw new OwnerGone(String(error));
		});
		if (answer.statusCode < 400) return answer;
		throw await refusalOf(answer);
	}
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

async function refusalOf(
	answer: Awaited<ReturnType<typeof request>>,
): Promise<Error> {
	const text = await answer.body.text();
	try {
		const { error, reason } = JSON.parse(text) as {
			error: string;
			reason?: Refused["reason"];
		};
		return new Refused(reason ?? "conflict", error);
	} catch {
		return new OwnerGone(
			`It answered ${answer.statusCode}: ${text.slice(0, 200)}`,
		);
	}
}
