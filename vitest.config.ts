import { defineConfig } from "vitest/config";
import { Reporter } from "./test/reporter.ts";

export default defineConfig({
	test: {
		include: ["test/**/*.test.ts"],
		globalSetup: "test/rig/find-engine.ts",
		reporters: [new Reporter()],
		// Processes, not threads: the tests start servers, take locks, change folders and kill what they started.
		pool: "forks",
		maxWorkers: 2,
		// Generous, because they only say "this hangs": on a machine that others use too, whatever is sure to come may come late.
		testTimeout: 300_000,
		hookTimeout: 300_000,
		expect: { poll: { timeout: 100_000, interval: 20 } },
	},
});
