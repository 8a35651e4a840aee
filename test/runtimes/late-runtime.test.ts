import { expect, test } from "vitest";
import type { ContainerName } from "../../orchestrator/model/words.ts";
import { LateRuntime } from "../../orchestrator/runtimes/late-runtime.ts";
import {
	type Job,
	type Runtime,
	RuntimeReplaced,
	RuntimeUnreachable,
	RuntimeUnusable,
} from "../../orchestrator/runtimes/port.ts";
import { Puppet } from "../rig/puppet.ts";

/** A late runtime that opens these, one after the other; an error is thrown. */
function late(...openings: (Runtime | Error)[]) {
	let opened = 0;
	const runtime = new LateRuntime("docker", async () => {
		const next = openings[opened++];
		if (next instanceof Error || !next) throw next;
		return next;
	});
	return { runtime, opened: () => opened };
}

const replaced = () =>
	Object.assign(new Puppet(), {
		list: async () => {
			throw new RuntimeReplaced("The engine was updated.");
		},
	});

test("it is opened when it is first needed, and only once", async () => {
	const { runtime, opened } = late(new Puppet());
	expect(opened()).toBe(0);
	await Promise.all([runtime.list(), runtime.list()]);
	expect(opened()).toBe(1);
});

test("what stands in the way of opening it is the runtime's trouble, not a task's, and it is opened again", async () => {
	const moved = new Error("This data directory was elsewhere.");
	const { runtime, opened } = late(moved, new Puppet());
	const ready = runtime.ready();
	await expect(ready).rejects.toThrow(RuntimeUnreachable);
	await expect(ready).rejects.toThrow(RuntimeUnusable);
	await expect(ready).rejects.toThrow(moved.message);
	expect(await runtime.list()).toEqual([]);
	expect(opened()).toBe(2);
});

test("one that does not answer is told apart from one that is not usable", async () => {
	const silent = new RuntimeUnreachable("It does not answer.");
	await expect(late(silent).runtime.list()).rejects.toBe(silent);
});

test("who needs it asks until it is there, and is told what stands in the way", async () => {
	const silent = new RuntimeUnreachable("It does not answer.");
	const { runtime, opened } = late(silent, new Puppet());
	const troubles: string[] = [];
	const never = new AbortController().signal;
	await runtime.untilReady(never, (text) => troubles.push(text));
	expect(troubles).toEqual(["It does not answer."]);
	expect(opened()).toBe(2);
});

test("but no longer than it is wanted", async () => {
	const { runtime, opened } = late(new RuntimeUnreachable("No."));
	const abort = new AbortController();
	await runtime.untilReady(abort.signal, () => abort.abort());
	expect(opened()).toBe(1);
});

test("one that was replaced is opened anew at the next asking", async () => {
	const { runtime, opened } = late(replaced(), new Puppet());
	await expect(runtime.list()).rejects.toThrow(RuntimeUnreachable);
	expect(await runtime.list()).toEqual([]);
	expect(opened()).toBe(2);
});

test("a task's own failure does not close what is open", async () => {
	const puppet = new Puppet();
	const { runtime, opened } = late(puppet);
	const name = "berth-nobody" as ContainerName;
	const never = new AbortController().signal;
	await expect(runtime.wait(name, never)).rejects.toThrow(/never launched/);
	await runtime.list();
	expect(opened()).toBe(1);
});

test("a launch is told whether a start was asked for before", async () => {
	const puppet = new Puppet();
	const told: unknown[] = [];
	const launch: Runtime["launch"] = async (_job, _signal, first) => {
		told.push(first);
		return { kind: "refused", message: "", lost: true };
	};
	const { runtime } = late(Object.assign(puppet, { launch }));
	const first = { wasAsked: true, ask: async () => undefined };
	await runtime.launch({} as Job, new AbortController().signal, first);
	expect(told).toEqual([first]);
});

test("closing waits for one that is nearly open, so that it takes away what it made", async () => {
	const { promise, resolve } = Promise.withResolvers<Runtime>();
	const runtime = new LateRuntime("docker", () => promise);
	const ready = runtime.ready();
	let isClosed = false;
	const close = async (): Promise<void> => {
		isClosed = true;
	};
	const closing = runtime.close();
	resolve(Object.assign(new Puppet(), { close }));
	await closing;
	expect(isClosed).toBe(true);
	await ready;
});

test("closing does not wait long for one that is never opened, and closes one that comes too late", async () => {
	const { promise, resolve } = Promise.withResolvers<Runtime>();
	const runtime = new LateRuntime("docker", () => promise);
	const ready = runtime.ready();
	await runtime.close();
	let isClosed = false;
	const close = async (): Promise<void> => {
		isClosed = true;
	};
	resolve(Object.assign(new Puppet(), { close }));
	await ready;
	expect(isClosed).toBe(true);
});
