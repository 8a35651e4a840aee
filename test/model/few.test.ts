import { expect, test } from "vitest";
import { few } from "../../orchestrator/model/few.ts";

test("of many names some are told, and how many more there are", () => {
	expect(few([], 2)).toBe("");
	expect(few(["a"], 2)).toBe("a");
	expect(few(["a", "b"], 2)).toBe("a, b");
	expect(few(["a", "b", "c"], 2)).toBe("a, b and 1 more");
	expect(few(["a", "b", "c", "d"], 1)).toBe("a and 3 more");
});
