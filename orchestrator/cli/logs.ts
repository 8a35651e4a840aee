import { setTimeout as sleep } from "node:timers/promises";
import type { Berth, LogLine, LogRequest } from "../api/berth.ts";
import { connect } from "../api/connect.ts";
import { bytesOf } from "../api/log-lines.ts";
import { resolveRun } from "../api/resolve-run.ts";
import { berthFolder, readConfig } from "../config.ts";
import type { TaskName } from "../model/words.ts";
import { readerHasEnough, write } from "./answer.ts";
import { EXIT } from "./fail.ts";
import { withReader } from "./reach.ts";
import { stopOnSignals } from "./stop.ts";
import { talk } from "./talk.ts";

/** What a task wrote, byte for byte: its standard output on ours, its standard error on ours. */
export async function logs(
	which: string,
	task: string,
	options: LogOptions,
): Promise<void> {
	const stop = stopOnSignals();
	const signal = AbortSignal.any([stop.signal, readerHasEnough]);
	try {
		const request = await withReader(async (reader): Promise<LogRequest> => {
			const { attempt, tail } = options;
			return {
				run: await resolveRun(reader, which),
				task: task as TaskName,
				follow: options.follow ?? false,
				...(attempt === undefined ? {} : { attempt }),
				...(tail === undefined ? {} : { tail }),
			};
		});
		await printAll(request, options, signal);
		if (!stop.signal.aborted) return;
		if (request.follow) talk(stoppedReading(request, which));
		process.exitCode = EXIT.interrupted;
	} finally {
		stop.end();
	}
}

const stoppedReading = ({ run, task }: LogRequest, which: string): string =>
	`Stopped reading; the task goes on. "berth logs -f ${which} ${task}" reads on; "berth cancel '${run}'" ends the run.`;

interface LogOptions {
	readonly follow?: boolean;
	readonly attempt?: number;
	readonly tail?: number;
	readonly timestamps?: boolean;
	readonly json?: boolean;
}

async function printAll(
	request: LogRequest,
	options: LogOptions,
	signal: AbortSignal,
): Promise<void> {
	const printed = new Printed(options);
	while (request.follow && !signal.aborted) {
		const owner = await anOwner(signal, printed.isFirst ? 1 : TRIALS);
		if (!owner) break;
		try {
			return await printed.print(owner.logs(request, signal), signal);
		} catch (error) {
			const isGone = (error as Error).name === "OwnerGone";
			if (!isGone || request.tail !== undefined) throw error;
		} finally {
			await owner.close();
		}
	}
	await withReader(async (reader) => {
		await printed.print(
			reader.logs({ ...request, follow: false }, signal),
			signal,
		);
		if (!request.follow || signal.aborted) return;
		if ((await reader.run(request.run)).settled) return;
		talk(
			'The run is not over, but no berth is at work, so nothing more can come. "berth up" goes on with it.',
		);
	});
}

/** Whoever owns the data directory now, or soon: when an owner goes away, another may take its place. */
async function anOwner(
	signal: AbortSignal,
	trials: number,
): Promise<Berth | null> {
	const folder = berthFolder(readConfig(process.env));
	for (let trial = 1; !signal.aborted; trial++) {
		const owner = await connect(folder);
		if (owner || trial >= trials) return owner;
		await sleep(200);
	}
	return null;
}

/** About 5 s. */
const TRIALS = 25;

/** Prints lines, and knows how far it came: a log that is read again is gone on with. */
class Printed {
	readonly #options: LogOptions;
	#attempt = 0;
	#lines = 0;

	constructor(options: LogOptions) {
		this.#options = options;
	}

	get isFirst(): boolean {
		return this.#attempt === 0;
	}

	async print(
		lines: AsyncIterable<LogLine>,
		signal: AbortSignal,
	): Promise<void> {
		const [attempt, done] = [this.#attempt, this.#lines];
		let again = 0;
		for await (const line of lines) {
			if (signal.aborted) return;
			if (line.attempt < attempt) continue;
			if (line.attempt === attempt && again++ < done) continue;
			if (line.attempt !== this.#attempt) this.#lines = 0;
			this.#attempt = line.attempt;
			this.#lines++;
			await this.#line(line);
		}
	}

	async #line(line: LogLine): Promise<void> {
		const { json, timestamps } = this.#options;
		if (json) return write("stdout", `${JSON.stringify(line)}\n`);
		if (timestamps) await write(line.stream, `${line.time} `);
		await write(line.stream, bytesOf(line));
	}
}
