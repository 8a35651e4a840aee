import type { IncomingMessage } from "node:http";
import { http } from "../node-http.ts";
import type { ServerNote } from "./server.ts";

/** The owner does not answer any more: it was stopped, or killed. */
export class OwnerGone extends Error {
	override readonly name = "OwnerGone";
}

export interface OwnerCall {
	readonly method: "GET" | "POST" | "PUT" | "DELETE";
	/** Below `/api`. */
	readonly path: string;
	readonly body?: unknown;
	readonly signal: AbortSignal;
}

/**
 * The owner's answer, as soon as it begins; what it streams may be silent for as long as a task runs. Each call has a connection of its own,
 * so that none meets one that the owner is just closing. Rejects with OwnerGone when there is no answer.
 */
export function callOwner(
	{ address, token }: ServerNote,
	{ method, path, body, signal }: OwnerCall,
): Promise<IncomingMessage> {
	const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
	const type = body === undefined ? {} : JSON_TYPE;
	const request = http.request(`${address}/api${path}`, {
		agent: false,
		method,
		headers: { authorization: `Bearer ${token}`, ...type },
		timeout: CONNECT_MS,
		signal,
	});
	const limit = (ms: number): unknown => request.socket?.setTimeout(ms);
	let isAnswered = false;
	/** Whoever stood still hears that the time is over before he hears what has come meanwhile. */
	const giveUp = (): void => {
		const wasConnecting = request.socket?.connecting;
		setImmediate(() => {
			const isConnected = wasConnecting && !request.socket?.connecting;
			if (isAnswered || isConnected) return;
			request.destroy(new Error("It does not answer."));
		});
	};
	request
		.on("socket", (socket) => socket.once("connect", () => limit(BEGIN_MS)))
		.on("timeout", giveUp)
		.on("error", (error) => reject(new OwnerGone(error.message)))
		.on("response", (answer) => {
			limit(0);
			isAnswered = true;
			resolve(answer);
		})
		.end(body === undefined ? undefined : JSON.stringify(body));
	return promise;
}

const JSON_TYPE = { "content-type": "application/json" };

/** It may be an address of another network, where nobody says no. */
const CONNECT_MS = 2_000;
const BEGIN_MS = 60_000;
