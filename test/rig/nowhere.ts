import type { Artifacts } from "../../orchestrator/artifacts/port.ts";
import {
	type LogStore,
	logBeginning,
	type OpenLog,
} from "../../orchestrator/store/logs-port.ts";

/** Artifacts of tasks that have no outputs and read nothing: no disk is touched. */
export const noArtifacts: Artifacts = {
	claim: async () => null,
	reserve: async () => null,
	source: async (path) => ({
		kind: "problem",
		lost: false,
		message: `There is nothing at ${path}.`,
	}),
	peek: async (path) => ({
		kind: "problem",
		lost: false,
		message: `There is nothing at ${path}.`,
	}),
	files: async () => ({ kind: "nothing", files: [], near: [] }),
	gather: async (files) => ({ kind: "files", files }),
	contentsOf: async () => "",
	asNow: async (source) => source,
	filesOf: async () => [],
	pin: () => undefined,
	unpin: () => undefined,
	has: async () => true,
	areWhole: async () => true,
	objects: async function* () {},
	receipts: async () => new Set(),
	removeObject: async () => false,
	locate: async () => [],
	places: () => [],
	stage: async () => ({ kind: "staged", out: {}, result: "/", started: false }),
	params: async () => "/params.json",
	markStarted: async () => undefined,
	wasStarted: async () => false,
	usage: async () => ({ bytes: 0, shown: 0, entries: 0, closed: null }),
	changed: async () => null,
	result: async () => ({ kind: "result", value: null }),
	collect: async () => ({}),
	project: async () => [],
	discard: async () => undefined,
	sweep: async () => ({ removed: [], failed: [] }),
};

const NO_LOG: OpenLog = {
	cursor: { stdout: null, stderr: null },
	append: async () => undefined,
	mark: async () => undefined,
	close: async () => undefined,
};

/** Logs that nobody reads. */
export const noLogs: LogStore = {
	open: async () => NO_LOG,
	read: async (_name, next) => ({ records: [], next, isEnd: true }),
	tail: async () => logBeginning,
	has: async () => false,
	removeOld: async () => [],
};
