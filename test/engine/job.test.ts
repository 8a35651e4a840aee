import { expect, test } from "vitest";
import { jobOf } from "../../orchestrator/engine/job.ts";
import { beginRun } from "../../orchestrator/model/begin.ts";
import type { ContainerWork } from "../../orchestrator/model/plan.ts";
import type { ContainerName, RunId } from "../../orchestrator/model/words.ts";
import { aPlan, aPrepared, aTask } from "../rig/plans.ts";

function jobFor(wish: Partial<ContainerWork>, params?: string) {
	const task = aTask("train", { work: wish });
	return jobOf({
		name: "berth-train" as ContainerName,
		run: beginRun({ id: "p@2026-11-20~1" as RunId, plan: aPlan(task) }),
		task: task.name,
		attempt: 1,
		work: task.work as ContainerWork,
		prepared: aPrepared(),
		user: "1000:100",
		staged: { kind: "staged", out: {}, result: "/result", started: false },
		located: {},
		...(params !== undefined && { params }),
		logBytes: 1000,
	});
}

test.each([
	[undefined, "1000:100"],
	["4711", "4711:4711"],
	["4711:0", "4711:0"],
	["node", "node"],
])("user %s runs as %s", (user, as) => {
	expect(jobFor(user === undefined ? {} : { user }).user).toBe(as);
});

test("params are a file beside the inputs, and a variable says where", () => {
	const without = jobFor({});
	expect(without.env).not.toHaveProperty("BERTH_PARAMS");
	const job = jobFor({}, "/staging/params.json");
	expect(job.env).toMatchObject({ BERTH_PARAMS: "/in/params.json" });
	expect(job.mounts).toEqual([
		{
			source: "/staging/params.json",
			target: "/in/params.json",
			readOnly: true,
		},
		...without.mounts,
	]);
});

test("where a task's home is, is the runtime's to say", () => {
	expect(jobFor({}).env).not.toHaveProperty("HOME");
});
