/** What the orchestrator says of itself, on standard error: JSON for machines, a time and a sentence on a terminal. */
export interface Log {
	info(text: string): void;
	warn(text: string): void;
	fatal(text: string): void;
}

export async function openLog(): Promise<Log> {
	const { pino } = await import("pino");
	const options = {
		base: null,
		timestamp: pino.stdTimeFunctions.isoTime,
		formatters: { level: (level: string) => ({ level }) },
	};
	// Written at once: the last line before the end is the one that matters.
	const stream = process.stderr.isTTY
		? { write: (line: string) => process.stderr.write(pretty(line)) }
		: pino.destination({ dest: 2, sync: true });
	const logger = pino(options, stream);
	return {
		info: (text) => logger.info(text),
		warn: (text) => logger.warn(text),
		fatal: (text) => logger.fatal(text),
	};
}

/** `11:52:03Z berth answers at …` */
function pretty(line: string): string {
	const { time, msg } = JSON.parse(line) as { time: string; msg: string };
	return `${time.slice(11, 19)}Z ${msg}\n`;
}
