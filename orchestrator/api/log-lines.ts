import { isUtf8 } from "node:buffer";
import type { LogRecord } from "../store/logs-port.ts";
import type { LogLine } from "./berth.ts";

/** A record as JSON can carry it. `complete` tells whether a line feed follows. */
export function lineOf(
	{ time, stream, complete, bytes }: LogRecord,
	attempt: number,
): LogLine {
	const buffer = Buffer.from(bytes);
	const of = { attempt, time, stream, complete };
	return isUtf8(buffer)
		? { ...of, text: buffer.toString("utf8") }
		: { ...of, base64: buffer.toString("base64") };
}

/** What the container wrote. */
export const bytesOf = ({ text, base64, complete }: LogLine): Buffer =>
	Buffer.concat([
		text === undefined
			? Buffer.from(base64 ?? "", "base64")
			: Buffer.from(text, "utf8"),
		Buffer.from(complete ? "\n" : ""),
	]);
