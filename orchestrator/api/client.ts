import type { IncomingMessage } from "node:http";
import { text as textOf } from "node:stream/consumers";
import type { RunId, TaskName } from "../model/words.ts";
import type { RunFilter } from "../store/port.ts";
import {
	type About,
	type Berth,
	type LogLine,
	type LogRequest,
	type PipelineView,
	Refused,
	type RetryRequest,
	type StartRequest,
	type SweepRequest,
} from "./berth.ts";
import { callOwner, type OwnerCall, OwnerGone } from "./call-owner.ts";
import type { GcRequest, GcTold } from "./collecting.ts";
import type {
	DiffView,
	StatusRequest,
	StatusView,
	WhyView,
} from "./explaining.ts";
import type { HistoryView } from "./history-view.ts";
import { jsonLines } from "./json-lines.ts";
import type { LineageGraph } from "./lineage/graph.ts";
import type { PromoteRequest, RollbackRequest } from "./promotions.ts";
import type { ReplayRequest, ReplayView } from "./replaying.ts";
import type { ServerNote } from "./server.ts";
import type {
	PublicationView,
	RunHead,
	RunView,
	VariableView,
} from "./views.ts";

/** Asks the owner over HTTP. */
export class Client implements Berth {
	readonly #note: ServerNote;
	readonly #closing = new AbortController();

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

	retry(id: RunId, request?: RetryRequest): Promise<RunView> {
		const path = `/runs/${encodeURIComponent(id)}/retry`;
		return this.#ask("POST", path, request);
	}

	promote(wish: PromoteRequest): Promise<RunView | null> {
		return this.#ask("POST", "/promote", wish);
	}

	rollback(wish: RollbackRequest): Promise<RunView | null> {
		return this.#ask("POST", "/rollback", wish);
	}

	sweep(wish: SweepRequest): Promise<readonly RunHead[]> {
		return this.#ask("POST", "/sweeps", wish);
	}

	resumeSweep(id: string): Promise<readonly RunHead[]> {
		return this.#ask("POST", `/sweeps/${encodeURIComponent(id)}/resume`);
	}

	replay({ run, ...wish }: ReplayRequest): Promise<RunView> {
		return this.#ask("POST", `/runs/${encodeURIComponent(run)}/replay`, wish);
	}

	lineage(of: string): Promise<LineageGraph> {
		return this.#ask("GET", `/lineage?${new URLSearchParams({ of })}`);
	}

	replayed(id: RunId, signal?: AbortSignal): Promise<ReplayView> {
		const path = `/runs/${encodeURIComponent(id)}/replay`;
		return this.#ask("GET", path, undefined, signal);
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

	why(run: RunId, task: TaskName, signal?: AbortSignal): Promise<WhyView> {
		const path = `/runs/${encodeURIComponent(run)}/tasks/${encodeURIComponent(task)}/why`;
		return this.#ask("GET", path, undefined, signal);
	}

	diff(a: string, b: string, signal?: AbortSignal): Promise<DiffView> {
		const path = `/diff?${new URLSearchParams({ a, b })}`;
		return this.#ask("GET", path, undefined, signal);
	}

	status(
		request: StatusRequest,
		signal?: AbortSignal,
	): Promise<readonly StatusView[]> {
		return this.#ask("POST", "/status", request, signal);
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

	gc(wish: GcRequest, signal: AbortSignal): AsyncIterable<GcTold> {
		return this.#lines("/gc", signal, wish);
	}

	history(path: string): Promise<readonly HistoryView[]> {
		return this.#ask("GET", `/history?${new URLSearchParams({ path })}`);
	}

	async close(): Promise<void> {
		this.#closing.abort();
	}

	async #ask<T>(
		method: OwnerCall["method"],
		path: string,
		body?: unknown,
		signal?: AbortSignal,
	): Promise<T> {
		const answer = await this.#call(method, path, signal, body);
		const text = await wholeOf(answer);
		return (text === "" ? undefined : JSON.parse(text)) as T;
	}

	/** With a wish: has something done, and hears how far it is. */
	async *#lines<T>(
		path: string,
		signal: AbortSignal,
		wish?: unknown,
	): AsyncIterable<T> {
		if (signal.aborted) return;
		try {
			const method = wish === undefined ? "GET" : "POST";
			const answer = await this.#call(method, path, signal, wish);
			for await (const value of jsonLines(answer)) {
				const { error } = value as { error?: unknown };
				if (typeof error === "string") throw new Refused("conflict", error);
				yield value as T;
			}
		} catch (error) {
			if (signal.aborted) return;
			throw error instanceof Refused ? error : new OwnerGone(String(error));
		}
	}

	async #call(
		method: OwnerCall["method"],
		path: string,
		signal: AbortSignal | undefined,
		body?: unknown,
	): Promise<IncomingMessage> {
		const closing = this.#closing.signal;
		const answer = await callOwner(this.#note, {
			method,
			path,
			body,
			signal: signal ? AbortSignal.any([signal, closing]) : closing,
		});
		const { statusCode = 500 } = answer;
		if (statusCode < 400) return answer;
		throw refusalOf(statusCode, await wholeOf(answer));
	}
}

const wholeOf = (answer: IncomingMessage): Promise<string> =>
	textOf(answer).catch((error: unknown) => {
		throw new OwnerGone(String(error));
	});

function refusalOf(status: number, text: string): Error {
	try {
		const { error, reason } = JSON.parse(text) as {
			error: string;
			reason?: Refused["reason"];
		};
		return new Refused(reason ?? "conflict", error);
	} catch {
		return new OwnerGone(`It answered ${status}: ${text.slice(0, 200)}`);
	}
}
