import { once } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LogKeeper } from "../../orchestrator/engine/log-keeper.ts";
import type { ContainerName } from "../../orchestrator/model/words.ts";
import type { LogFrame } from "../../orchestrator/runtimes/log-port.ts";
import {
	type Runtime,
	RuntimeUnreachable,
} from "../../orchestrator/runtimes/port.ts";
import type { LogStore } from "../../orchestrator/store/logs-port.ts";
import { Puppet } from "../rig/puppet.ts";

vi.mock("node:timers/promises", () => ({
	setTimeout: async (_ms: number, _value: unknown, options: Options) =>
		options.signal.throwIfAborted(),
}));
interface Options {
	readonly signal: AbortSignal;
}

const name = "berth-aaaaaaaaaa-p-train-1" as ContainerName;
const silent = new RuntimeUnreachable("The log cannot be read.");

let stored: string[];
let troubles: string[];
let trials: number;
let runtime: Runtime;
let keeper: LogKeeper;
let appendFails: number;
let appendError: Error;
let isEngineThere: () => boolean;

beforeEach(() => {
	[stored, troubles, trials, appendFails] = [[], [], 0, 0];
	appendError = new Error("it is not so");
	isEngineThere = () => true;
});
afterEach(() => keeper.close());

/** A keeper of a log of which each trial reads on as told, and then breaks off, until null tells of its end. */
function aKeeper(next: (trial: number) => string | null): LogKeeper {
	runtime = Object.assign(new Puppet(), {
		list: async () => {
			if (isEngineThere()) return [];
			throw silent;
		},
		async *logs() {
			const text = next(++trials);
			if (text === null) return;
			if (text !== "") yield { kind: "frames" as const, frames: [frame(text)] };
			throw silent;
		},
	});
	const store: Pick<LogStore, "open"> = {
		open: async () => ({
			cursor: { stdout: null, stderr: null },
			append: async (frames) => {
				if (appendFails-- > 0) throw appendError;
				stored.push(...frames.map(({ bytes }) => String(bytes)));
			},
			mark: async (text) => void stored.push(text),
			close: async () => undefined,
		}),
	};
	keeper = new LogKeeper({
		runtime,
		store: store as LogStore,
		onTrouble: (text) => troubles.push(text),
	});
	return keeper;
}

const frame = (text: string): LogFrame => ({
	stream: "stdout",
	time: "2026-11-21T12:00:00.000000000Z",
	bytes: Buffer.from(text),
});

test("a log that the engine cannot read on is marked as incomplete, and the release goes on", async () => {
	await aKeeper((trial) => (trial === 1 ? "one" : "")).finish(name);
	expect(stored).toEqual([
		"one",
		"berth: the log is incomplete from here: The log cannot be read.",
	]);
	expect(troubles.at(-1)).toContain("could not be read to its end");
});

test("it is marked once, however often it is asked for", async () => {
	aKeeper(() => "");
	await keeper.finish(name);
	await keeper.finish(name);
	expect(stored).toHaveLength(1);
});

test("trials that bring something more are not in vain", async () => {
	await aKeeper((trial) => (trial <= 30 ? `line ${trial}` : null)).finish(name);
	expect(stored).toHaveLength(30);
});

test("an engine that does not answer at all is waited for", async () => {
	isEngineThere = () => trials > 50;
	await aKeeper((trial) => (trial <= 51 ? "" : null)).finish(name);
	expect(stored).toEqual([]);
});

test("following gives up quietly, and finishing tries again", async () => {
	aKeeper((trial) => (trial <= 9 ? "" : null));
	keeper.follow(name);
	await keeper.finish(name);
	expect(trials).toBe(10);
	expect(stored).toEqual([]);
});

test("what was followed to its end is not read again", async () => {
	aKeeper((trial) => (trial === 1 ? null : "more"));
	keeper.follow(name);
	await vi.waitUntil(() => trials === 1, { timeout: 50_000 });
	await keeper.finish(name);
	await keeper.close();
	expect([trials, stored]).toEqual([1, []]);
});

test("a mistake in storing is no reason to let a log go", async () => {
	aKeeper(() => "one");
	appendFails = 1_000;
	await expect(keeper.finish(name)).rejects.toThrow(/it is not so/);
	appendFails = 0;
	expect(stored).toEqual([]);
});

test("room on the disk is waited for as long as it takes, and told once; then the log is whole", async () => {
	appendError = Object.assign(new Error("ENOSPC: no space left, write"), {
		code: "ENOSPC",
	});
	appendFails = 1_000;
	aKeeper((trial) => (trial <= 1_001 ? "one" : null));
	await keeper.finish(name);
	expect(stored).toEqual(["one"]);
	const told = troubles.filter((text) => /cannot be stored/.test(text));
	expect(told).toEqual([
		expect.stringMatching(/cannot be stored.*ENOSPC.*Make room/),
	]);
	expect(keeper.troubles()).toEqual([]);
});

/** A keeper of a log that never says anything, and lets go as told. */
function aQuietKeeper(letGo: (signal: AbortSignal) => Promise<never>) {
	const kept = aKeeper(() => null);
	runtime.logs = async function* (_name, _from, signal) {
		trials++;
		yield await letGo(signal);
	};
	return kept;
}

test("closing lets go of a container that says nothing", async () => {
	aQuietKeeper(async (signal) => {
		await once(signal, "abort");
		throw signal.reason;
	}).follow(name);
	await vi.waitUntil(() => trials === 1, { timeout: 50_000 });
	expect(await keeper.close()).toBe(true);
});

test("closing does not wait for ever for what does not let go, and tells of it", async () => {
	aQuietKeeper(() => new Promise(() => undefined)).follow(name);
	await vi.waitUntil(() => trials === 1, { timeout: 50_000 });
	expect(await keeper.close()).toBe(false);
});
