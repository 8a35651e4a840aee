import { expect, test } from "vitest";
import { slotsOf } from "../../orchestrator/model/plan.ts";
import type { DataPath } from "../../orchestrator/model/words.ts";
import { aSensor, aTask } from "../rig/plans.ts";

test("a container takes a slot; waiting is free", () => {
	const path = "models/production" as DataPath;
	expect(slotsOf(aTask("a").work)).toBe(1);
	expect(slotsOf(aSensor("s").work)).toBe(0);
	expect(slotsOf({ kind: "publication", path })).toBe(0);
});
