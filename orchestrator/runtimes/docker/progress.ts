/** One line of what the engine tells while it pulls or builds. */
export interface Progress {
	readonly id?: string;
	readonly status?: string;
	readonly stream?: string;
	readonly error?: string;
}

/** The engine's stream of JSON lines, one by one. */
export async function* progressLines(
	pieces: AsyncIterable<Buffer>,
): AsyncGenerator<Progress> {
	const decoder = new TextDecoder();
	let rest = "";
	for await (const piece of pieces) {
		const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
		rest = lines.pop() ?? "";
		for (const line of lines) if (line.trim()) yield JSON.parse(line);
	}
	if (rest.trim()) yield JSON.parse(rest);
}
