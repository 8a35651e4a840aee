import { expect, test } from "vitest";
import { nameWidth } from "../../orchestrator/cli/name-width.ts";

test("names have one width, the longest one's, but for a very long one", () => {
	const widthOf = (...names: string[]) =>
		nameWidth(names.map((name) => ({ name })));
	expect(widthOf()).toBe(18);
	expect(widthOf("prepare", "promote-models-production")).toBe(25);
	expect(widthOf("prepare", "x".repeat(41))).toBe(18);
});
