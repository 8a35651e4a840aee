import { expect, test } from "vitest";
import { mayBegin } from "../../orchestrator/model/admission.ts";
import { beginRun } from "../../orchestrator/model/begin.ts";
import type { Plan } from "../../orchestrator/model/plan.ts";
import type { RunId } from "../../orchestrator/model/words.ts";
import { aPlan, aTask } from "../rig/plans.ts";

const run = (other: Partial<Plan> = {}) =>
	beginRun({
		id: "p@1" as RunId,
		plan: { ...aPlan(aTask("a")), ...other },
	});
const oneAtATime = run({ oneAtATime: true });

test("a run that must not overlap waits for those of its pipeline", () => {
	expect(mayBegin(oneAtATime, [run()])).toBe(false);
	expect(mayBegin(oneAtATime, [run({ pipeline: "other" })])).toBe(true);
	expect(mayBegin(run(), [run()])).toBe(true);
});

test("nobody waits for a replay, which publishes nothing", () => {
	const replay = run({ replays: "p@0" as RunId });
	expect(mayBegin(oneAtATime, [replay])).toBe(true);
	expect(mayBegin(oneAtATime, [replay, run()])).toBe(false);
});
