/** The values of a stream that has one JSON value a line. A last line that breaks off is left out. */
export async function* jsonLines(
	bytes: AsyncIterable<Uint8Array>,
): AsyncIterable<unknown> {
	const decoder = new TextDecoder();
	let pieces: string[] = [];
	for await (const chunk of bytes) {
		const lines = decoder.decode(chunk, { stream: true }).split("\n");
		const rest = lines.pop() ?? "";
		const [first, ...others] = lines;
		if (first === undefined) pieces.push(rest);
		else {
			yield JSON.parse([...pieces, first].join("")) as unknown;
			for (const line of others) yield JSON.parse(line) as unknown;
			pieces = [rest];
		}
	}
}
