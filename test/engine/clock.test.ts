import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../orchestrator/engine/clock.ts";
import type { Instant } from "../../orchestrator/model/words.ts";

vi.mock("node:timers/promises", () => ({ setTimeout: vi.fn() }));
const minute = 60_000;
afterEach(() => vi.useRealTimers());

test("a machine that slept over the instant notices within ten minutes of being awake", async () => {
	vi.useFakeTimers({ toFake: ["Date"], now: 0 });
	const naps: unknown[] = [];
	// Timers count the time awake; the clock on the wall also the hour asleep.
	vi.mocked(sleep).mockImplementation(async (ms) => {
		naps.push(ms);
		vi.setSystemTime(Date.now() + (ms ?? 0) + 60 * minute);
		return undefined as never;
	});
	const { signal } = new AbortController();
	await systemClock.sleepUntil((75 * minute) as Instant, signal);
	expect(naps).toEqual([10 * minute, 5 * minute]);
});
