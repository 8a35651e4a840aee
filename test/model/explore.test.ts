import { describe, expect, test } from "vitest";
import { explore } from "./explore.ts";
import { SMALL_PIPELINES } from "./small-pipelines.ts";

describe("every state of a small pipeline obeys the laws", () => {
	test.each(SMALL_PIPELINES)("$name", ({ name, plan, habits }) => {
		const { states, edges, ends } = explore(plan, habits);
		console.log(`${name}: ${states} states, ${edges} edges, ${ends} ends`);
		expect(ends).toBeGreaterThan(0);
	});
});
