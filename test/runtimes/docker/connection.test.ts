import { writeFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDocker } from "../../../orchestrator/runtimes/docker/open-docker.ts";
import {
	type LogFrame,
	logStart,
} from "../../../orchestrator/runtimes/log-port.ts";
import { RuntimeUnreachable } from "../../../orchestrator/runtimes/port.ts";
import { describeWithEngine } from "../../rig/engine.ts";
import {
	bytesOf,
	cursorAfter,
	framesOf,
	patience,
	readAll,
} from "../contract-rig.ts";
import { CuttableEngine } from "./cuttable-engine.ts";
import { type DockerRig, dockerRig } from "./docker-rig.ts";

describeWithEngine("hazard 7: an engine that goes away and comes back", () => {
	let engine: CuttableEngine;
	let rig: DockerRig;
	beforeEach(async () => {
		engine = await CuttableEngine.open();
		rig = await dockerRig(engine.env);
	});
	afterEach(async () => {
		await rig?.close();
		await engine?.close();
	});

	const waiting =
		"echo up; while [ ! -e /out/hand/go ]; do sleep 0.02; done; echo over; exit 9";

	test("waiting says so, and answers when it is asked again", async () => {
		const job = rig.shell(waiting);
		await rig.runtime.launch(job, patience);
		const wait = rig.runtime.wait(job.name, patience);
		for await (const _ of rig.runtime.logs(job.name, logStart, patience)) break; // it runs, and the wait has had its headers
		engine.cut();
		await expect(wait).rejects.toThrow(RuntimeUnreachable);
		await expect(rig.runtime.wait(job.name, patience)).rejects.toThrow(
			RuntimeUnreachable,
		);
		engine.mend();
		await writeFile(rig.hand(job, "go"), "");
		expect(await rig.runtime.wait(job.name, patience)).toMatchObject({
			kind: "exited",
			code: 9,
		});
	});

	test("the log goes on from where it was", async () => {
		const job = rig.shell(waiting);
		await rig.runtime.launch(job, patience);
		const stored: LogFrame[] = [];
		await expect(async () => {
			const log = rig.runtime.logs(job.name, logStart, patience);
			for await (const frame of framesOf(log)) {
				stored.push(frame);
				engine.cut();
			}
		}).rejects.toThrow(RuntimeUnreachable);
		engine.mend();
		await writeFile(rig.hand(job, "go"), "");
		const rest = await readAll(rig.runtime, job.name, cursorAfter(stored));
		expect(String(bytesOf([...stored, ...rest], "stdout"))).toBe("up\nover\n");
	});

	test("every other call says so, too, and a launch is done once", async () => {
		const job = rig.shell("echo up");
		engine.cut();
		await expect(rig.runtime.launch(job, patience)).rejects.toThrow(
			RuntimeUnreachable,
		);
		await expect(rig.runtime.list()).rejects.toThrow(RuntimeUnreachable);
		await expect(rig.runtime.stop(job.name, 0)).rejects.toThrow(
			RuntimeUnreachable,
		);
		await expect(rig.runtime.remove(job.name)).rejects.toThrow(
			RuntimeUnreachable,
		);
		await expect(
			rig.runtime.resolve({ image: "x", pull: "never" }, () => {}, patience),
		).rejects.toThrow(RuntimeUnreachable);
		engine.mend();
		await rig.runtime.launch(job, patience);
		await rig.runtime.launch(job, patience);
		await rig.runtime.wait(job.name, patience);
		const frames = await readAll(rig.runtime, job.name);
		expect(String(bytesOf(frames, "stdout"))).toBe("up\n");
	});

	test("none at all is told with what to do", async () => {
		const env = { DOCKER_HOST: "unix:///no/such/docker.sock" };
		const opening = openDocker({
			env,
			instance: rig.instance,
			data: rig.data,
			folderOf: () => null,
		});
		await expect(opening).rejects.toThrow(RuntimeUnreachable);
		await expect(opening).rejects.toThrow("/no/such/docker.sock");
	});

	test("a slow reader holds the engine back", async () => {
		const lines = `yes ${"x".repeat(199)} | head -c 24000000`;
		const job = rig.shell(lines);
		await rig.runtime.launch(job, patience);
		await rig.runtime.wait(job.name, patience);
		const before = engine.received;
		let bytes = 0;
		const log = rig.runtime.logs(job.name, logStart, patience);
		for await (const frame of framesOf(log)) {
			if (bytes === 0) await settled(() => engine.received);
			if (bytes === 0) expect(engine.received - before).toBeLessThan(8e6);
			bytes += frame.bytes.length;
		}
		expect(bytes).toBe(24_000_000);
	});
});

/** Resolves once a number has stopped growing for ten turns. */
async function settled(read: () => number): Promise<void> {
	let last = -1;
	for (let same = 0; same < 10; same++) {
		await new Promise((resolve) => setTimeout(resolve, 10));
		if (read() !== last) same = 0;
		last = read();
	}
}
