import { expect, test } from "vitest";
import type { ContainerWork, Wall } from "../../orchestrator/model/plan.ts";
import { fingerprintOf, recipeOf } from "../../orchestrator/model/recipe.ts";
import type { Prepared } from "../../orchestrator/model/task-state.ts";
import type { DataPath } from "../../orchestrator/model/words.ts";
import { aTask } from "../rig/plans.ts";

const PREPARED: Prepared = {
	image: { id: "sha256:1", key: "4f1c" },
	command: ["train"],
	env: { A: "1", B: "2" },
	in: { raw: { kind: "files", files: [] } },
	contents: { raw: "abc" },
};

const container = (work: Partial<ContainerWork> = {}): ContainerWork => {
	const task = aTask("train", { work });
	if (task.work.kind !== "container") throw new Error("no container");
	return task.work;
};

const fingerprint = (
	work: Partial<ContainerWork> = {},
	prepared: Partial<Prepared> = {},
): string => {
	const recipe = recipeOf(container(work), { ...PREPARED, ...prepared });
	if (!recipe) throw new Error("no recipe");
	return fingerprintOf(recipe);
};

const within = (wall: Partial<Wall>): string =>
	fingerprint({ wall: { ...container().wall, ...wall } });

const out = (path: string) => ({ model: path as DataPath });

test("what a task does not see is no part of its fingerprint", () => {
	const same = [
		fingerprint({}, { env: { B: "2", A: "1" } }),
		fingerprint({}, { image: { id: "sha256:2", key: "4f1c" } }),
		fingerprint({ cache: { kind: "refresh" }, graceMs: 1, skipOn: [3] }),
		within({ memoryBytes: 1, cpus: 9, pids: 1, diskBytes: 1, pull: "never" }),
	];
	expect(new Set([...same, fingerprint()]).size).toBe(1);
	expect(fingerprint({ user: "1" })).toBe(fingerprint({ user: "1:1" }));
	expect(fingerprint({ out: out("models/1") })).toBe(
		fingerprint({ out: out("models/2") }),
	);
});

test("everything else is", () => {
	const others = [
		fingerprint(),
		fingerprint({ entrypoint: [] }),
		fingerprint({ workdir: "/w" }),
		fingerprint({ user: "1" }),
		fingerprint({ user: "1:0" }),
		fingerprint({ params: {} }),
		fingerprint({ params: { depth: 1 } }),
		fingerprint({ params: JSON.parse('{"__proto__": 1}') }),
		fingerprint({ params: JSON.parse('{"a": {"__proto__": 1}}') }),
		fingerprint({ params: { a: {} } }),
		fingerprint({ params: { steps: { scale: 1, fit: 2 } } }),
		fingerprint({ params: { steps: { fit: 2, scale: 1 } } }),
		fingerprint({ out: out("models/1") }),
		fingerprint({}, { image: { id: "sha256:1", key: "4f1d" } }),
		fingerprint({}, { command: [] }),
		fingerprint({}, { command: ["train", ""] }),
		fingerprint({}, { env: {} }),
		fingerprint({}, { in: {}, contents: {} }),
		fingerprint({}, { contents: { raw: "abd" } }),
	];
	expect(new Set(others).size).toBe(others.length);
});

test("so is what it meets beside its image and its inputs", () => {
	const mount = { source: "/a", target: "/x", readOnly: true };
	const others = [
		fingerprint(),
		within({ network: "bridge" }),
		within({ dns: ["10.0.0.1"] }),
		within({ extraHosts: ["db:10.0.0.1"] }),
		within({ devices: ["/dev/x"] }),
		within({ gpus: "all" }),
		within({ gpus: 1 }),
		within({ mounts: [mount] }),
		within({ mounts: [{ ...mount, source: "/b" }] }),
		within({ tmpfs: { "/app/model": 1 } }),
	];
	expect(new Set(others).size).toBe(others.length);
	expect(within({ tmpfs: { "/scratch": 1 } })).toBe(
		within({ tmpfs: { "/scratch": 2 } }),
	);
});

test("and what it is told of its run", () => {
	const told = (ds: string) => fingerprint({ told: { BERTH_DS: ds } });
	const all = [fingerprint(), told("2026-11-20"), told("2026-11-21")];
	expect(new Set(all).size).toBe(3);
});

test("nothing is known of what an older berth prepared", () => {
	const { contents, ...older } = PREPARED;
	expect(recipeOf(container(), older)).toBe(null);
});
