import type { LogLine, LogRequest } from "../api/berth.ts";
import { bytesOf } from "../api/log-lines.ts";
import { readConfig } from "../config.ts";
import type { RunId, TaskName } from "../model/words.ts";
import { withReader } from "./reach.ts";
import { takePart } from "./take-part.ts";

/** What a task wrote, byte for byte: its standard output on ours, its standard error on ours. */
export async function logs(
	run: string,
	task: string,
	options: LogOptions,
): Promise<void> {
	const request: LogRequest = {
		run: run as RunId,
		task: task as TaskName,
		follow: options.follow ?? false,
		...(options.attempt === undefined ? {} : { attempt: options.attempt }),
	};
	const stop = new AbortController();
	process.once("SIGINT", () => stop.abort());
	if (!request.follow)
		return withReader((reader) =>
			print(reader.logs(request, stop.signal), options),
		);
	const reached = await takePart(readConfig(process.env));
	try {
		await print(reached.berth.logs(request, stop.signal), options);
	} finally {
		await reached.close();
	}
}

interface LogOptions {
	readonly follow?: boolean;
	readonly attempt?: number;
	readonly timestamps?: boolean;
	readonly json?: boolean;
}

async function print(
	lines: AsyncIterable<LogLine>,
	{ json, timestamps }: LogOptions,
): Promise<void> {
	for await (const line of lines) {
		if (json) await write("stdout", `${JSON.stringify(line)}\n`);
		else {
			if (timestamps) await write(line.stream, `${line.time} `);
			await write(line.stream, bytesOf(line));
		}
	}
}

/** As fast as the reader takes it. */
async function write(
	stream: "stdout" | "stderr",
	bytes: string | Buffer,
): Promise<void> {
	if (process[stream].write(bytes)) return;
	await new Promise((resolve) => process[stream].once("drain", resolve));
}
