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
		// Generous, because they only say "this hangs"; what needs an engine has its own in test/rig/engine.ts.
		testTimeout: 20_000,
		hookTimeout: 60_000,
	},
});
