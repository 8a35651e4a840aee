import type { ContainerName } from "../../orchestrator/model/words.ts";
import type { Stream } from "../../orchestrator/runtimes/log-port.ts";
import {
	type LogRecord,
	type LogStore,
	logBeginning,
} from "../../orchestrator/store/logs-port.ts";

/** All that is stored of a log. */
export async function readStored(
	logs: LogStore,
	name: ContainerName,
	from = logBeginning,
): Promise<readonly LogRecord[]> {
	const all: LogRecord[] = [];
	for (let at = from; ; ) {
		const { records, next, isEnd } = await logs.read(name, at);
		all.push(...records);
		if (isEnd) return all;
		at = next;
	}
}

/** What a stream's bytes were. */
export const writtenBytes = (
	records: readonly LogRecord[],
	stream: Stream,
): Buffer =>
	Buffer.concat(
		records
			.filter((record) => record.stream === stream)
			.flatMap(({ bytes, complete }) =>
				complete ? [bytes, LINE_FEED] : [bytes],
			),
	);

const LINE_FEED = Buffer.from("\n");

export const textsOf = (records: readonly LogRecord[]): string[] =>
	records.map(({ bytes }) => String(Buffer.from(bytes)));
