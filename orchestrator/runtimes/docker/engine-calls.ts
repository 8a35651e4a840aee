import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { boundary } from "../../boundary.ts";
import { RuntimeReplaced } from "../port.ts";
import { callName } from "./call-name.ts";
import { type Dial, dialer, type Method, type Request } from "./dial.ts";
import { EngineError, isOtherVersion, unreachable } from "./engine-errors.ts";
import type { Endpoint } from "./find-engine.ts";
import type { Pulse } from "./pulse.ts";

export interface Call extends Omit<Request, "method" | "path"> {
	readonly signal?: AbortSignal;
	/** The answer may take as long as it likes, as that of `wait`. */
	readonly isLong?: boolean;
	/** Told when the answer has begun. */
	readonly onTaken?: (headers: IncomingHttpHeaders) => void;
}

/** An engine, and the version of its API that is spoken. */
interface Agreed {
	readonly endpoint: Endpoint;
	readonly apiVersion: string;
}

/** Requests to one engine. Every answer is read as it comes: `wait` gets its headers at once, and what follows may be cut off. */
export class EngineCalls {
	/** Where it answers, if that is a socket of this machine. */
	readonly socket: { readonly path: string; readonly version: string } | null;
	readonly #ask: Dial;
	readonly #pulse: Pulse;
	readonly #onAnswer: () => void;
	readonly #closing = new AbortController();

	/** `onAnswer` is told whenever the engine answers, if only that it will not. */
	constructor(
		{ endpoint, apiVersion }: Agreed,
		pulse: Pulse,
		onAnswer = () => {},
	) {
		this.#ask = dialer(endpoint, apiVersion);
		this.socket =
			endpoint.kind === "socket"
				? { path: endpoint.path, version: `v${apiVersion}` }
				: null;
		this.#pulse = pulse;
		this.#onAnswer = onAnswer;
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
		const long = { ...call, isLong: true, onTaken: () => taken.resolve() };
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
			call.onTaken?.(response.headers);
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

	async #dial(
		method: Method,
		path: string,
		{ signal, silence, ...asked }: Asked,
	): Promise<IncomingMessage> {
		const signals = [this.#closing.signal, silence];
		const either = AbortSignal.any(signal ? [signal, ...signals] : signals);
		try {
			return await this.#ask({ method, path, ...asked }, either);
		} catch (error) {
			throw isOtherVersion(error)
				? new RuntimeReplaced(
						`The Docker engine was updated meanwhile (${error.message}). berth agrees with it anew.`,
					)
				: error;
		}
	}
}

interface Asked extends Call {
	readonly silence: AbortSignal;
}
