import { expect, test } from "vitest";
import type { DockerWorld } from "../../../orchestrator/runtimes/docker/docker-runtime.ts";
import { launch } from "../../../orchestrator/runtimes/docker/launch.ts";
import type { Job } from "../../../orchestrator/runtimes/port.ts";

test("what is not wanted any more once it is created is not started", async () => {
	const abort = new AbortController();
	const asked: string[] = [];
	const json = async (_method: string, path: string) => {
		asked.push(path);
		abort.abort(new Error("Not wanted any more."));
	};
	const owner = { instance: "aaaaaaaaaa", hostData: "/data" };
	const toHost = (path: string) => path;
	const world = { calls: { json }, owner, toHost } as unknown as DockerWorld;
	const wall = {
		tmpfs: {},
		ulimits: [],
		dns: [],
		extraHosts: [],
		devices: [],
		mounts: [],
		memoryBytes: 1,
		cpus: 1,
		pids: 1,
	};
	const job = {
		name: "x",
		image: { id: "i" },
		command: [],
		env: {},
		mounts: [],
		wall,
	};
	const first = { wasAsked: false, ask: async () => void asked.push("ask") };
	const launching = launch(world, job as unknown as Job, {
		signal: abort.signal,
		first,
		onAttached: () => undefined,
	});
	await expect(launching).rejects.toThrow("Not wanted any more.");
	expect(asked).toEqual(["/containers/create"]);
});
