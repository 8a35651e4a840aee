import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { http } from "../../node-http.ts";
import { EngineError } from "./engine-errors.ts";
import type { Endpoint } from "./find-engine.ts";

/** What is asked of an engine. */
export interface Request {
	readonly method: Method;
	/** Below the API's version. */
	readonly path: string;
	readonly query?: Readonly<Record<string, string | number | undefined>>;
	readonly body?: object;
	/** A tar, for building and importing. */
	readonly file?: Readable | Buffer;
	readonly headers?: Readonly<Record<string, string>>;
}

export type Method = "GET" | "POST" | "DELETE" | "PUT" | "HEAD";

/** Asks, and answers with the engine's answer as soon as it begins. Rejects with EngineError when the engine says no, with the connection's own error when it says nothing. */
export type Dial = (
	request: Request,
	signal: AbortSignal,
) => Promise<IncomingMessage>;

/** Over connections that are kept for the next request, as many as there are requests at a time. */
export function dialer(endpoint: Endpoint, apiVersion: string): Dial {
	const secure = endpoint.kind === "tcp" && endpoint.tls !== null;
	const place = placeOf(endpoint);
	return async (asked, signal) => {
		const response = await answerTo(
			(secure ? https : http).request({
				...place,
				method: asked.method,
				path: `/v${apiVersion}${asked.path}${queryOf(asked)}`,
				headers: headersOf(asked),
				signal,
			}),
			asked,
		);
		const { statusCode = 500 } = response;
		if (statusCode < 300) return response;
		throw new EngineError(statusCode, await wordsOf(response));
	};
}

function placeOf(endpoint: Endpoint): RequestOptions {
	switch (endpoint.kind) {
		case "socket":
			return { socketPath: endpoint.path };
		case "tcp":
			return { host: endpoint.host, port: endpoint.port, ...endpoint.tls };
	}
}

function queryOf({ query = {} }: Request): string {
	const pairs = new URLSearchParams();
	for (const [name, value] of Object.entries(query))
		if (value !== undefined) pairs.append(name, String(value));
	return pairs.size === 0 ? "" : `?${pairs}`;
}

function headersOf({ body, file, headers }: Request) {
	const type = file
		? { "Content-Type": "application/x-tar" }
		: body && { "Content-Type": "application/json" };
	return { ...type, ...headers };
}

/** The engine may answer, and close, before it has read all that it was sent. */
function answerTo(
	request: ClientRequest,
	{ body, file }: Request,
): Promise<IncomingMessage> {
	const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
	request.on("response", resolve).on("error", reject);
	if (file && !Buffer.isBuffer(file)) {
		file.on("error", (error) => request.destroy(error));
		file.pipe(request);
	} else request.end(file ?? (body && JSON.stringify(body)));
	return promise;
}

/** The engine's own words for no. */
async function wordsOf(response: IncomingMessage): Promise<string> {
	const parts: Buffer[] = [];
	for await (const part of response) parts.push(part);
	const text = Buffer.concat(parts).toString();
	try {
		const { message } = JSON.parse(text) as { message?: unknown };
		return typeof message === "string" ? message : text;
	} catch {
		return text;
	}
}
