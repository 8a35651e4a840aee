import { expect, test } from "vitest";
import {
	SingleFlight,
	type Wanting,
} from "../../orchestrator/engine/single-flight.ts";
import type {
	Fingerprint,
	RunId,
	TaskName,
} from "../../orchestrator/model/words.ts";

const OLD = "old" as Fingerprint;
const NEW = "new" as Fingerprint;

const wanting = (run: string): Wanting => ({
	run: run as RunId,
	task: "make" as TaskName,
	attempt: 1,
});

const waiting = () => ({
	onWait: () => undefined,
	signal: new AbortController().signal,
});

test("who is prepared again and finds other inputs keeps nobody waiting for what it held before", async () => {
	const flights = new SingleFlight(() => true);
	expect(await flights.take(OLD, wanting("a"), waiting())).toBe(true);
	const second = flights.take(OLD, wanting("b"), waiting());
	expect(await flights.take(NEW, wanting("a"), waiting())).toBe(true);
	expect(await second).toBe(false);
	expect(await flights.take(OLD, wanting("b"), waiting())).toBe(true);
	let waitsFor: Wanting | null = null;
	void flights.take(NEW, wanting("c"), {
		...waiting(),
		onWait: (holder) => {
			waitsFor = holder;
		},
	});
	expect(waitsFor).toEqual(wanting("a"));
});
