import { CommanderError } from "commander";

/** Exit codes: 0 done, 1 the thing asked about failed, 2 wrong usage. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** What is wrong is told in a sentence; a stack trace only for what is berth's own mistake. */
export async function fail(error: unknown): Promise<void> {
	if (error instanceof CommanderError) {
		process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
		return;
	}
	const { name, message, reason } = error as Error & { reason?: string };
	switch (name) {
		case "BadConfig":
			return end(message, EXIT.usage);
		case "Refused":
			return end(
				message,
				reason === "invalid" || reason === "not-found"
					? EXIT.usage
					: EXIT.failed,
			);
		case "Sentence":
			return end(message, EXIT.failed);
		default:
			return end(
				`berth made a mistake of its own:\n${(error as Error).stack ?? String(error)}`,
				EXIT.failed,
			);
	}
}

/** A failure that is told as it is. */
export class Sentence extends Error {
	override readonly name = "Sentence";
}

function end(text: string, code: number): void {
	console.error(text);
	process.exitCode = code;
}
