import { describe, expect, test } from "vitest";
import {
	attemptId,
	containerName,
	handRunId,
	scheduledRunId,
} from "../../orchestrator/model/names.ts";
import type { RunId } from "../../orchestrator/model/words.ts";
import { instant, named } from "../rig/plans.ts";

const run = "train@2026-11-16~01JD" as RunId;
const nameFor = (task: string, attempt = 1): string =>
	containerName("abcdefghij", run, named(task), attempt);

test("a scheduled run is named for what and when, one by hand for its date and a ULID", () => {
	const due = instant(Date.UTC(2026, 10, 16, 3, 30));
	expect(scheduledRunId("train", due)).toBe("train@2026-11-16T03:30:00.000Z");
	expect(handRunId("train", "2026-11-16", "01JD")).toBe(
		"train@2026-11-16~01JD",
	);
	expect(attemptId(run, named("split"), 2)).toBe(
		"train@2026-11-16~01JD/split/2",
	);
});

describe("a container's name", () => {
	test("says whose, which task and which attempt, and ends in 16 digits of the attempt's hash", () => {
		// printf 'train@2026-11-16~01JD/split/2' | sha256sum
		expect(nameFor("split", 2)).toBe(
			"berth-abcdefghij-split-2-51c78c5ef708f234",
		);
	});

	test("has only letters, digits and dashes, whatever the task is called", () => {
		expect(nameFor("Train: Model [v2]")).toMatch(
			/^berth-abcdefghij-train-model-v2-1-[0-9a-f]{16}$/,
		);
		expect(nameFor("__x__")).toMatch(/^berth-abcdefghij-x-1-[0-9a-f]{16}$/);
		expect(nameFor("日本")).toMatch(/^berth-abcdefghij-task-1-[0-9a-f]{16}$/);
	});

	test("is short, and differs, for long tasks that begin alike", () => {
		const [one, other] = [
			nameFor(`${"x".repeat(60)}1`),
			nameFor(`${"x".repeat(60)}2`),
		];
		expect(one).toContain(`-${"x".repeat(40)}-1-`);
		expect(one).not.toBe(other);
	});
});
