import { expect, test } from "vitest";
import {
	type RunList,
	resolveRun,
} from "../../orchestrator/api/resolve-run.ts";

/** Newest first. */
const RUNS = [
	{ id: "p@2026-11-20~3", ds: "2026-11-20", trigger: "replay" },
	{ id: "p@2026-11-20~2", ds: "2026-11-20", trigger: "hand" },
	{ id: "p@2026-11-20~1", ds: "2026-11-20", trigger: "schedule" },
] as const;

const list = (runs: readonly (typeof RUNS)[number][]): RunList => ({
	runs: async ({ limit = 100 }) => runs.slice(0, limit),
});

test.each([
	["p", "p@2026-11-20~2"],
	["p@2026-11-20", "p@2026-11-20~2"],
	["p@2026-11-20~3", "p@2026-11-20~3"],
	["latest", "p@2026-11-20~3"],
])(
	"%s means %s, because a replay does over what another run did",
	async (which, id) => {
		expect(await resolveRun(list(RUNS), which)).toBe(id);
	},
);

test("where there are only replays, the newest of them is meant", async () => {
	expect(await resolveRun(list([RUNS[0]]), "p")).toBe("p@2026-11-20~3");
});
