import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDocker } from "../../../orchestrator/runtimes/docker/open-docker.ts";
import type { Job } from "../../../orchestrator/runtimes/port.ts";
import { RuntimeUnreachable } from "../../../orchestrator/runtimes/port.ts";
import { describeWithEngine } from "../../rig/engine.ts";
import { patience, readSome } from "../contract-rig.ts";
import { type DockerRig, docker, dockerRig, IMAGE } from "./docker-rig.ts";

/** Ends by SIGKILL alone, and says when it is asked to. */
const DEAF = "trap 'echo asked' TERM; echo up; while :; do sleep 0.1; done";

describeWithEngine("whoever waits may leave", () => {
	let rig: DockerRig;
	beforeEach(async () => {
		rig = await dockerRig();
	});
	afterEach(() => rig.close());

	/** It runs, and is deaf. */
	async function aDeaf(): Promise<Job> {
		const job = rig.shell(DEAF);
		await rig.runtime.launch(job, patience);
		await readSome(rig.runtime, job.name, 1);
		return job;
	}

	test("a stop with a long grace is left to the engine when the signal is raised", async () => {
		const job = await aDeaf();
		const abort = new AbortController();
		const stopping = rig.runtime.stop(job.name, 60_000, abort.signal);
		await readSome(await rig.reconnect(), job.name, 2);
		abort.abort(new Error("Not wanted any more."));
		await expect(stopping).rejects.toThrow("Not wanted any more.");
	});

	test("closing ends whoever waits, and leaves what runs", async () => {
		const job = await aDeaf();
		const waiting = rig.runtime.wait(job.name, patience);
		const stopping = rig.runtime.stop(job.name, 60_000);
		void waiting.catch(() => undefined);
		void stopping.catch(() => undefined);
		const other = await rig.reconnect();
		await rig.runtime.close();
		await expect(waiting).rejects.toThrow(RuntimeUnreachable);
		expect(await other.list()).toHaveLength(1);
	});

	test("a build is waited for no longer than it is wanted, and goes on for others", async () => {
		const name = `abandon-${rig.instance}`;
		const folder = join(rig.data, name);
		await mkdir(folder);
		await writeFile(join(folder, "Dockerfile"), `FROM ${IMAGE}\nRUN sleep 2\n`);
		const { instance, data } = rig;
		const runtime = await openDocker({
			env: process.env,
			instance,
			data,
			folderOf: () => folder,
		});
		try {
			const abort = new AbortController();
			const request = { image: name, pull: "missing" } as const;
			const begun = Promise.withResolvers<void>();
			const first = runtime.resolve(
				request,
				(text) => {
					begun.resolve();
					if (text.includes("sleep 2")) abort.abort(new Error("Not wanted."));
				},
				abort.signal,
			);
			const left = expect(first).rejects.toThrow("Not wanted.");
			await begun.promise;
			const second = runtime.resolve(request, () => undefined, patience);
			let isBuilt = false;
			void second.then(() => {
				isBuilt = true;
			});
			await left;
			expect(isBuilt).toBe(false);
			expect(await second).not.toHaveProperty("kind");
		} finally {
			await runtime.close();
			await docker("rmi", "-f", `berth/${name}`).catch(() => undefined);
		}
	});
});
