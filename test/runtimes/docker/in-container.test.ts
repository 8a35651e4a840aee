import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDocker } from "../../../orchestrator/runtimes/docker/open-docker.ts";
import { describeWithEngine } from "../../rig/engine.ts";
import {
	containersOf,
	type DockerRig,
	docker,
	dockerRig,
	IMAGE,
} from "./docker-rig.ts";

const project = join(import.meta.dirname, "../../..");

/** Opens the runtime as the orchestrator's own container would, and prints where it takes the data to be. */
const program = `
	const { openDocker } = await import("/project/orchestrator/runtimes/docker/open-docker.ts");
	const { readFileSync } = await import("node:fs");
	const [data, instance] = process.argv.slice(1);
	const settings = { env: process.env, data, instance, folderOf: () => null };
	try {
		const runtime = await openDocker(settings);
		console.log(runtime.hostData);
	} catch (error) {
		console.log(error.message);
	}`;

describeWithEngine("the data directory's path on the host", () => {
	let rig: DockerRig;
	beforeAll(async () => {
		rig = await dockerRig();
	});
	afterAll(async () => {
		await rig?.close();
	});

	const inContainer = (data: string, ...flags: string[]) =>
		docker(
			"run",
			"--rm",
			"--network=none",
			"-v=/var/run/docker.sock:/var/run/docker.sock",
			`-v=${project}:/project:ro`,
			`-v=${rig.data}:/data`,
			...flags,
			IMAGE,
			"node",
			"--input-type=module",
			"-e",
			program,
			data,
			rig.instance,
		);

	test("is taken from our own mount, in a container", async () => {
		expect(await inContainer("/data")).toBe(rig.data);
		expect(await inContainer("/data", "--hostname=other")).toBe(rig.data);
	});

	test("is what BERTH_HOST_DATA says, if that is true", async () => {
		const say = (path: string) =>
			inContainer("/data", "-e", `BERTH_HOST_DATA=${path}`);
		expect(await say(rig.data)).toBe(rig.data);
		expect(await say("/no/such/data")).toMatch(
			/mount it from \/no\/such\/data on its machine, and says.*Set BERTH_HOST_DATA/,
		);
	});

	test("must not be inside of the container", async () => {
		expect(await inContainer("/home/data")).toMatch(
			/inside that container.*Mount a folder of the host there/,
		);
	});

	test("must have our instance, not another's", async () => {
		const other = join(rig.data, "other");
		await mkdir(join(other, ".berth"), { recursive: true });
		await writeFile(join(other, ".berth/instance"), "another000");
		const opening = openDocker({
			env: { ...process.env, BERTH_HOST_DATA: other },
			instance: rig.instance,
			data: rig.data,
			folderOf: () => null,
		});
		await expect(opening).rejects.toThrow("has another berth's data there");
	});

	test("is proved by many at once", async () => {
		const all = Array.from({ length: 4 }, () => rig.reconnect());
		for (const { hostData } of await Promise.all(all))
			expect(hostData).toBe(rig.data);
	});

	test("is proved without anything left over", async () => {
		expect(await containersOf(rig.instance)).toEqual([]);
		const instance = await readFile(join(rig.data, ".berth/instance"), "utf8");
		expect(instance).toBe(rig.instance);
	});
});
