import { expect, test } from "vitest";
import { ScheduledRuns } from "../../orchestrator/api/scheduled-runs.ts";
import type { Entry } from "../../orchestrator/define/port.ts";
import type { Schedule } from "../../orchestrator/model/schedule.ts";

const schedule: Schedule = {
	cron: "@daily",
	zone: "UTC",
	catchup: "latest",
	overlap: "queue",
	start: null,
};

const described = (name: string, when: Schedule | null): Entry => ({
	kind: "pipeline",
	file: `${name}.ts`,
	name,
	schedule: when,
	zone: "UTC",
	params: {},
	groups: {},
});

const broken = (name: string | null): Entry => ({
	kind: "broken",
	file: "x.ts",
	name,
	message: "x.ts: it was not done within 5 s.",
});

/** The names of the scheduled pipelines, after the folder held each of these in turn. */
async function scheduledAfter(
	...folders: readonly (readonly Entry[])[]
): Promise<readonly string[]> {
	let entries: readonly Entry[] = [];
	const runs = new ScheduledRuns({
		catalogue: { list: async () => entries },
	} as ConstructorParameters<typeof ScheduledRuns>[0]);
	let names: readonly string[] = [];
	for (const folder of folders) {
		entries = folder;
		names = (await runs.pipelines()).map(({ name }) => name);
	}
	return names;
}

test("a pipeline with a schedule is due by it, and others are not", async () => {
	const folder = [described("train", schedule), described("other", null)];
	expect(await scheduledAfter(folder)).toEqual(["train"]);
});

test("a file that cannot be loaded now keeps the schedule that it had", async () => {
	const folder = [described("train", schedule)];
	const failed = [broken("train"), broken(null)];
	expect(await scheduledAfter(folder, failed, failed)).toEqual(["train"]);
	expect(await scheduledAfter(failed)).toEqual([]);
});

test("a file that is gone, or has no schedule any more, is not due", async () => {
	const folder = [described("train", schedule)];
	const plain = [described("train", null)];
	expect(await scheduledAfter(folder, [], [broken("train")])).toEqual([]);
	expect(await scheduledAfter(folder, plain, [broken("train")])).toEqual([]);
});
