import { describe, inject, type TestContext, test } from "vitest";

declare module "vitest" {
	interface TaskMeta {
		/** Why this test, or all in this group, could not run; the reporter counts them and says it once. */
		skippedBecause?: string;
	}
}

/** Containers take their time on a busy machine; a test that needs this long is stuck. */
const ENGINE_TIMEOUT_MS = 300_000;

const engine = inject("engine");
const isRequired = process.env.BERTH_REQUIRE_ENGINE === "1";

/** The engine's version, or undefined where there is none. For the rare test that behaves differently. */
export const engineVersion = engine.found ? engine.version : undefined;

/** `describe` for tests on a real engine: skipped with the reason where there is none, or failed under BERTH_REQUIRE_ENGINE=1. */
export function describeWithEngine(name: string, tests: () => void): void {
	if (engine.found) describe(name, { timeout: ENGINE_TIMEOUT_MS }, tests);
	else if (isRequired) describe(name, () => test("finds an engine", complain));
	else describe(name, skipBecause(engine.reason), tests);
}

/** `test` for a single test on a real engine, with the same promise. */
export function engineTest(
	name: string,
	body: (context: TestContext) => void | Promise<void>,
): void {
	if (engine.found) test(name, { timeout: ENGINE_TIMEOUT_MS }, body);
	else if (isRequired) test(name, complain);
	else test(name, skipBecause(engine.reason), body);
}

function skipBecause(reason: string) {
	return { skip: true, meta: { skippedBecause: reason } };
}

function complain(): void {
	if (!engine.found)
		throw new Error(`BERTH_REQUIRE_ENGINE=1, but ${engine.reason}`);
}
