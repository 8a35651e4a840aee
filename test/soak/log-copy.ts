import { open } from "./engine-socket.ts";

/** Both streams of a log. */
export interface LogText {
	readonly stdout: string;
	readonly stderr: string;
}

/** Reads a container's log beside berth, to its end: what the engine told us, it has told berth as well. Null when it broke off. */
export async function copyLog(
	socket: string,
	id: string,
): Promise<LogText | null> {
	try {
		const path = `/containers/${id}/logs?follow=1&stdout=1&stderr=1`;
		const parts: Buffer[] = [];
		for await (const part of await open(socket, "GET", path))
			parts.push(part as Buffer);
		return textOf(Buffer.concat(parts));
	} catch {
		return null;
	}
}

/** The engine's messages: a stream's number, three bytes of nothing, a size, and so many bytes. */
function textOf(messages: Buffer): LogText {
	const text = { stdout: "", stderr: "" };
	for (let at = 0; at + 8 <= messages.length; ) {
		const end = at + 8 + messages.readUInt32BE(at + 4);
		const stream = messages[at] === 2 ? "stderr" : "stdout";
		text[stream] += messages.toString("utf8", at + 8, end);
		at = end;
	}
	return text;
}
