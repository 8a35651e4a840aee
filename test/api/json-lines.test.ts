import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonLines } from "../../orchestrator/api/json-lines.ts";

async function* cutAt(bytes: Buffer, cuts: readonly number[]) {
	let from = 0;
	for (const to of [
		...cuts.map((cut) => cut % (bytes.length + 1)),
		bytes.length,
	].sort((a, b) => a - b)) {
		yield bytes.subarray(from, to);
		from = to;
	}
}

test("values come whole, wherever the stream is cut, even within a letter", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.string({ unit: "binary" })),
			fc.array(fc.nat()),
			async (values, cuts) => {
				const text = values.map((one) => `${JSON.stringify(one)}\n`).join("");
				const stream = cutAt(Buffer.from(`${text}{"brok`), cuts);
				expect(await Array.fromAsync(jsonLines(stream))).toEqual(values);
			},
		),
	);
});
