import { expect, test } from "vitest";
import {
	type PartWish,
	partOfPlan,
} from "../../orchestrator/model/part-of-plan.ts";
import type { CachePolicy, Plan } from "../../orchestrator/model/plan.ts";
import { aPlan, aSensor, aTask } from "../rig/plans.ts";

const cached = (kind: "always" | "never") => ({
	work: {
		cache: (kind === "always"
			? { kind }
			: { kind, because: "of its network" }) satisfies CachePolicy,
	},
});

const plan = aPlan(
	aSensor("look"),
	aTask("prepare", { after: ["look"], ...cached("always") }),
	aTask("fetch", cached("never")),
	aTask("train", { after: ["prepare"], ...cached("always") }),
	aTask("validate", { after: ["train", "fetch"], ...cached("always") }),
	aTask("old", { after: ["look"] }),
);

function part(wish: PartWish): Plan {
	const cut = partOfPlan(plan, wish);
	if ("kind" in cut) throw new Error(`Unknown: ${cut.names}`);
	return cut;
}

const names = ({ tasks }: Plan): string[] => tasks.map(({ name }) => name);

/** The tasks that are computed anew. */
const anew = ({ tasks }: Plan): string[] =>
	tasks.flatMap(({ name, work }) =>
		work.kind === "container" && work.cache?.kind === "refresh" ? [name] : [],
	);

test("without a wish it is the plan", () => {
	expect(part({})).toEqual(plan);
	expect(part({ only: [] })).toEqual(plan);
});

test("only a task is that task and all that it needs, in the plan's order", () => {
	expect(names(part({ only: ["train"] }))).toEqual([
		"look",
		"prepare",
		"train",
	]);
	expect(names(part({ only: ["validate", "old"] }))).toEqual(names(plan));
	expect(names(part({ only: ["fetch", "old"] }))).toEqual([
		"look",
		"fetch",
		"old",
	]);
});

test("a name that is no task's is told", () => {
	expect(partOfPlan(plan, { only: ["train", "trian", "x"] })).toEqual({
		kind: "unknown",
		names: ["trian", "x"],
	});
});

test("no cache is all that could be unchanged; with only, the tasks that are named", () => {
	expect(anew(part({ noCache: true }))).toEqual([
		"prepare",
		"train",
		"validate",
	]);
	expect(anew(part({ noCache: true, only: ["train", "fetch"] }))).toEqual([
		"train",
	]);
	expect(names(part({ noCache: true, only: ["train"] }))).toHaveLength(3);
});
