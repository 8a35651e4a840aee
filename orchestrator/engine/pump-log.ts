import type { LogPiece } from "../runtimes/log-port.ts";
import type { OpenLog } from "../store/logs-port.ts";

/** Store pieces as they come, one after the other. Throws LogUnreadable when they break off, and as it is what the store throws. */
export async function pumpLog(
	pieces: AsyncIterable<LogPiece>,
	log: Pick<OpenLog, "append" | "mark">,
	onStored: () => void,
): Promise<void> {
	let isStoring = false;
	try {
		for await (const piece of pieces) {
			isStoring = true;
			await store(piece, log);
			isStoring = false;
			onStored();
		}
	} catch (error) {
		if (isStoring) throw error;
		throw new LogUnreadable(
			error instanceof Error ? error.message : String(error),
			{ cause: error },
		);
	}
}

/** The runtime could not go on with reading a log. */
export class LogUnreadable extends Error {
	override readonly name = "LogUnreadable";
}

function store(
	piece: LogPiece,
	log: Pick<OpenLog, "append" | "mark">,
): Promise<void> {
	switch (piece.kind) {
		case "frames":
			return log.append(piece.frames);
		case "gap":
			return log.mark(`berth: ${piece.why}`);
	}
}
