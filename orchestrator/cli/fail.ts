import { printableLines } from "../model/quoted.ts";

/** Exit codes: 0 done, 1 the thing asked about failed, 2 wrong usage. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** What is wrong is told in a sentence; a stack trace only for what is berth's own mistake. */
export async function fail(error: unknown): Promise<void> {
	const { text, code } = told(error);
	if (text !== null) console.error(printableLines(text));
	process.exitCode = code;
}

/** A failure that is told as it is. */
export class Sentence extends Error {
	override readonly name = "Sentence";
	readonly exitCode: number;
	constructor(message: string, exitCode: number = EXIT.failed) {
		super(message);
		this.exitCode = exitCode;
	}
}

function told(thrown: unknown): { text: string | null; code: number } {
	const error = thrown as Thrown;
	switch (error?.name) {
		case "CommanderError": // it has said so itself
			return { text: null, code: error.exitCode === 0 ? 0 : EXIT.usage };
		case "BadConfig":
		case "OtherRuntime":
			return { text: error.message, code: EXIT.usage };
		case "Refused":
			return { text: error.message, code: codeOf(error.reason) };
		case "Unusable":
		case "StoreUnavailable":
		case "Sentence":
			return { text: error.message, code: error.exitCode ?? EXIT.failed };
		case "OwnerGone":
			return { text: OWNER_GONE, code: EXIT.failed };
		default:
			return { text: mistake(error), code: EXIT.failed };
	}
}

/** Whatever is thrown, looked at by its name, so that no module is loaded for what does not happen. */
type Thrown = Error & {
	readonly reason?: string;
	readonly exitCode?: number;
	readonly syscall?: string;
	readonly path?: string;
};

const codeOf = (reason: string | undefined): number =>
	reason === "conflict" || reason === "unavailable" ? EXIT.failed : EXIT.usage;

const OWNER_GONE =
	"The berth that was asked stopped before it had answered. Ask again.";

/** The system's own refusals (no space, no permission) say all that there is to say. */
const mistake = (error: Thrown): string =>
	typeof error?.syscall === "string"
		? `The system refused: ${error.message}.`
		: `berth made a mistake of its own:\n${error?.stack ?? String(error)}`;
