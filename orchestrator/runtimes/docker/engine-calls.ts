import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { boundary } from "../../boundary.ts";
import { RuntimeReplaced } from "../port.ts";
import { callName } from "./call-name.ts";
import { EngineError, isOtherVersion, unreachable } from "./engine-errors.ts";
import type { Endpoint } from "./find-engine.ts";
import type { Pulse } from "./pulse.ts";

export interface Call {
	readonly query?: Readonly<Record<string, string | number | undefined>>;
	readonly body?: object;
	/** A tar, for building and importing. */
	readonly file?: Readable | Buffer;
	readonly headers?: Readonly<Record<string, string>>;
	readonly signal?: AbortSignal;
	/** The answer may take as long as it likes, as that of `wait`. */
	readonly isLong?: boolean;
	/** Told when the answer has begun. */
	readonly onTaken?: () => void;
}

/**
 * Requests to one engine. Every answer is read as a stream, because dockerode's own reading never calls back when the connection
 * is cut after the headers, and `wait` gets its headers at once.
 */
export class EngineCalls {
	readonly #modem: Docker["modem"];
	readonly #pulse: Pulse;
	readonly #onAnswer: () => void;
	readonly #closing = new AbortController();

	/** `onAnswer` is told whenever the engine answers, if only that it will not. */
	constructor(docker: Docker, pulse: Pulse, onAnswer = () => {}) {
		this.#modem = docker.modem;
		this.#pulse = pulse;
		this.#onAnswer = onAnswer;
	}

	/** Where it answers, if that is a socket of this machine. */
	get socket(): { readonly path: string; readonly version: string } | null {
		const { socketPath: path, version } = this.#modem as Dialled;
		return path && version ? { path, version } : null;
	}

	/** Break off whatever is being asked. The engine may go on with it. */
	close(): void {
		this.#closing.abort();
	}

	/** The answer's JSON (null when it is empty). Throws EngineError when the engine says no, RuntimeUnreachable when it says nothing. */
	async json(method: Method, path: string, call: Call = {}): Promise<unknown> {
		const text = await this.text(method, path, call);
		return text === "" ? null : JSON.parse(text);
	}

	async text(method: Method, path: string, call: Call = {}): Promise<string> {
		return (await this.bytes(method, path, call)).toString();
	}

	async bytes(method: Method, path: string, call: Call = {}): Promise<Buffer> {
		const parts: Buffer[] = [];
		for await (const part of this.#answer(method, path, call)) parts.push(part);
		return Buffer.concat(parts);
	}

	/** Resolves once the engine has taken it up; the answer may be long in coming. Rejects as `json` does. */
	async begin(
		method: Method,
		path: string,
		call: Call = {},
	): Promise<{ readonly answer: Promise<unknown> }> {
		const taken = Promise.withResolvers<void>();
		const long = { ...call, isLong: true, onTaken: taken.resolve };
		const answer = Array.fromAsync(this.#answer(method, path, long));
		await Promise.race([taken.promise, answer]);
		return { answer };
	}

	/** The answer's bytes as they come, for as long as they come; reading slowly holds the engine back. */
	stream(
		method: Method,
		path: string,
		call: Call = {},
	): AsyncGenerator<Buffer> {
		return this.#answer(method, path, { ...call, isLong: true });
	}

	async *#answer(
		method: Method,
		path: string,
		call: Call,
	): AsyncGenerator<Buffer> {
		const { signal } = call;
		const listening = call.isLong ? this.#pulse.long() : this.#pulse.short();
		const name = callName(method, path);
		boundary(`before ${name}`);
		try {
			const silence = listening.signal;
			const response = await this.#dial(method, path, { ...call, silence });
			this.#onAnswer();
			call.onTaken?.();
			for await (const part of response) {
				listening.heard();
				yield part;
			}
		} catch (error) {
			signal?.throwIfAborted();
			listening.signal.throwIfAborted();
			if (!(error instanceof EngineError)) throw unreachable(error);
			if (error.status < 500) this.#onAnswer();
			throw error;
		} finally {
			listening.end();
			boundary(`after ${name}`);
		}
	}

	#dial(method: Method, path: string, call: Asked): Promise<IncomingMessage> {
		const { promise, resolve, reject } =
			Promise.withResolvers<IncomingMessage>();
		const { file, headers, signal, silence } = call;
		const signals = [this.#closing.signal, silence];
		const options = {
			path: `${path}?`,
			method,
			isStream: true,
			statusCodes: SUCCESS,
			options: { _query: defined(call.query), _body: call.body ?? {} },
			abortSignal: AbortSignal.any(signal ? [signal, ...signals] : signals),
			...(file && { file }),
			...(headers && { headers: { ...headers } }),
		};
		this.#modem.dial(options, (error, response) =>
			error
				? reject(asEngineError(error))
				: resolve(response as IncomingMessage),
		);
		return promise;
	}
}

interface Asked extends Call {
	readonly silence: AbortSignal;
}
/** What dockerode's types leave out. */
type Dialled = { readonly socketPath?: string; readonly version?: string };

export type Method = "GET" | "POST" | "DELETE" | "PUT" | "HEAD";

/** What dockerode needs to know. Everything is spelled out, since it would take what is missing from the environment. */
export function dockerOptions(
	endpoint: Endpoint,
	apiVersion: string,
): Docker.DockerOptions {
	const common = { version: `v${apiVersion}`, timeout: 0 };
	switch (endpoint.kind) {
		case "socket":
			return { ...common, socketPath: endpoint.path, host: "" };
		case "tcp":
			return {
				...common,
				host: endpoint.host,
				port: endpoint.port,
				protocol: endpoint.tls ? "https" : "http",
				...endpoint.tls,
			};
	}
}

const SUCCESS = { 200: true, 201: true, 204: true };

function defined(query: Call["query"] = {}) {
	return Object.fromEntries(
		Object.entries(query).filter(([, value]) => value !== undefined),
	);
}

function asEngineError(error: unknown): unknown {
	if (!(error instanceof Error) || !("statusCode" in error)) return error;
	const said = new EngineError(Number(error.statusCode), error.message);
	return isOtherVersion(said)
		? new RuntimeReplaced(
				`The Docker engine was updated meanwhile (${said.message}). berth agrees with it anew.`,
			)
		: said;
}
