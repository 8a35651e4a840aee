import { printableLines } from "../model/quoted.ts";

/** The answer, on standard output: JSON when asked for, else words, in which tasks and other people's files may have put what a terminal would obey. */
export function answer(
	value: unknown,
	json: boolean | undefined,
	words: () => string,
): void {
	const text = json ? JSON.stringify(value, null, 2) : printableLines(words());
	process.stdout.write(`${text}\n`);
}

/** As fast as the reader takes it. */
export async function write(
	stream: "stdout" | "stderr",
	bytes: string | Buffer,
): Promise<void> {
	if (readerHasEnough.aborted || process[stream].write(bytes)) return;
	const { promise, resolve } = Promise.withResolvers<void>();
	process[stream].once("drain", resolve);
	readerHasEnough.addEventListener("abort", () => resolve(), { once: true });
	await promise;
	process[stream].off("drain", resolve);
}

/** `berth logs … | head` is no mistake: who reads standard output may have enough of it. */
export function letReadersLeave(): void {
	process.stdout.on("error", (error) => forgive(error, () => left.abort()));
	process.stderr.on("error", (error) => forgive(error, () => undefined));
}

const left = new AbortController();

/** Raised once nobody reads standard output any more. */
export const readerHasEnough = left.signal;

function forgive(error: NodeJS.ErrnoException, then: () => void): void {
	if (!GONE.has(error.code ?? "")) throw error;
	then();
}

/** EIO: the terminal was closed. */
const GONE = new Set(["EPIPE", "EIO", "ERR_STREAM_DESTROYED"]);
