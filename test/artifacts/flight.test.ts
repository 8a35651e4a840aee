import { expect, test } from "vitest";
import { Flight } from "../../orchestrator/artifacts/flight.ts";

function aFlight() {
	const { promise, resolve } = Promise.withResolvers<string>();
	const seen: { signal?: AbortSignal } = {};
	const flight = new Flight((signal) => {
		seen.signal = signal;
		return promise;
	});
	return { flight, land: resolve, isGivenUp: () => seen.signal?.aborted };
}

const never = new AbortController().signal;

test("everybody who joined has the answer", async () => {
	const { flight, land } = aFlight();
	const both = [flight.join(never), flight.join(never)];
	land("done");
	expect(await Promise.all(both)).toEqual(["done", "done"]);
});

test("work goes on while somebody waits for it, and is given up with the last one", async () => {
	const { flight, isGivenUp } = aFlight();
	const [one, two] = [new AbortController(), new AbortController()];
	const [first, second] = [flight.join(one.signal), flight.join(two.signal)];
	one.abort(new Error("first"));
	await expect(first).rejects.toThrow("first");
	expect(isGivenUp()).toBe(false);
	two.abort(new Error("second"));
	await expect(second).rejects.toThrow("second");
	expect(isGivenUp()).toBe(true);
});

test("who has given up already does not wait", async () => {
	const { flight } = aFlight();
	const gone = AbortSignal.abort(new Error("gone"));
	await expect(flight.join(gone)).rejects.toThrow("gone");
});
