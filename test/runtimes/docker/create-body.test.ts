import { describe, expect, test } from "vitest";
import type { Wall } from "../../../orchestrator/model/plan.ts";
import type { RunId, TaskName } from "../../../orchestrator/model/words.ts";
import { createBody } from "../../../orchestrator/runtimes/docker/create-body.ts";
import { digestOf } from "../../../orchestrator/runtimes/docker/labels.ts";
import type { Job } from "../../../orchestrator/runtimes/port.ts";
import { WALL } from "../../rig/plans.ts";

const bareWall: Wall = {
	...WALL,
	memoryBytes: 512 * 2 ** 20,
	cpus: 1.5,
	pids: 256,
	pull: "missing",
};

function aJob(change: Partial<Job> = {}, wall: Partial<Wall> = {}): Job {
	return {
		name: "berth-abc-train-1-0123456789abcdef" as Job["name"],
		run: "train@2026-11-21~1" as RunId,
		task: "train" as TaskName,
		attempt: "train@2026-11-21~1/train/1" as Job["attempt"],
		image: { id: "sha256:1234", key: "k" },
		command: ["train", "--model", "cart"],
		env: { A: "b=c d" },
		user: "1000:1000",
		mounts: [
			{ source: "/data/.berth/objects/aa", target: "/in/x", readOnly: true },
		],
		logBytes: 1000,
		wall: { ...bareWall, ...wall },
		...change,
	};
}

const owner = { instance: "abcdefghij", hostData: "/host/data" };
const toHost = (path: string) => path.replace("/data", "/host/data");
const bodyOf = (job: Job) => createBody(job, owner, toHost);
const hostOf = (wall: Partial<Wall>) => bodyOf(aJob({}, wall)).HostConfig;

describe("what the engine is asked to create", () => {
	test("is the whole wall, by default", () => {
		expect(bodyOf(aJob())).toEqual({
			Image: "sha256:1234",
			Cmd: ["train", "--model", "cart"],
			Env: ["HOME=/tmp", "A=b=c d"],
			User: "1000:1000",
			Labels: {
				"dev.berth.job": expect.stringMatching(/^[0-9a-f]{64}$/),
				"dev.berth.instance": "abcdefghij",
				"dev.berth.data": "/host/data",
				"dev.berth.run": "train@2026-11-21~1",
				"dev.berth.task": "train",
				"dev.berth.attempt": "train@2026-11-21~1/train/1",
			},
			Tty: false,
			Healthcheck: { Test: ["NONE"] },
			HostConfig: {
				ReadonlyRootfs: true,
				CapDrop: ["ALL"],
				SecurityOpt: ["no-new-privileges"],
				Init: true,
				Memory: 512 * 2 ** 20,
				MemorySwap: 512 * 2 ** 20,
				NanoCpus: 1_500_000_000,
				PidsLimit: 256,
				Ulimits: [],
				Devices: [],
				NetworkMode: "none",
				Dns: [],
				ExtraHosts: [],
				Tmpfs: { "/tmp": "rw,exec,nosuid,nodev,mode=1777" },
				LogConfig: {
					Type: "local",
					Config: { "max-file": "2", "max-size": "1049676", compress: "false" },
				},
				Mounts: [
					{
						Type: "bind",
						Source: "/host/data/.berth/objects/aa",
						Target: "/in/x",
						ReadOnly: true,
					},
				],
			},
		});
	});

	test("has the home that the job names", () => {
		expect(bodyOf(aJob({ env: { HOME: "/work" } })).Env).toEqual([
			"HOME=/work",
		]);
	});

	test("is remembered by the host's paths, wherever berth sees them", () => {
		const inside = aJob({
			mounts: [{ source: "/x/objects/aa", target: "/in/x", readOnly: true }],
		});
		const there = (path: string) => path.replace("/x/", "/host/data/.berth/");
		expect(digestOf(inside, there)).toBe(digestOf(aJob(), toHost));
		expect(digestOf(inside, toHost)).not.toBe(digestOf(aJob(), toHost));
	});

	test("keeps the image's own words where the job has none", () => {
		const body = bodyOf(aJob({ command: [] }));
		expect(body).not.toHaveProperty("Cmd");
		expect(body).not.toHaveProperty("Entrypoint");
		expect(body).not.toHaveProperty("WorkingDir");
		expect(
			bodyOf(aJob({ entrypoint: ["sh", "-c"], workdir: "/w" })),
		).toMatchObject({ Entrypoint: ["sh", "-c"], WorkingDir: "/w" });
	});

	test.each([
		["all", { Count: -1 }],
		[2, { Count: 2 }],
		[["GPU-1", "GPU-2"], { DeviceIDs: ["GPU-1", "GPU-2"] }],
	] as const)("asks for GPUs: %j", (gpus, wanted) => {
		expect(hostOf({ gpus })).toMatchObject({
			DeviceRequests: [{ Capabilities: [["gpu"]], ...wanted }],
		});
		expect(hostOf({})).not.toHaveProperty("DeviceRequests");
	});

	test.each([
		["/dev/fuse", "/dev/fuse", "/dev/fuse", "rwm"],
		["/dev/a:/dev/b", "/dev/a", "/dev/b", "rwm"],
		["/dev/a:/dev/b:r", "/dev/a", "/dev/b", "r"],
	])("gives it the device %s", (text, host, container, permissions) => {
		expect(hostOf({ devices: [text] }).Devices).toEqual([
			{
				PathOnHost: host,
				PathInContainer: container,
				CgroupPermissions: permissions,
			},
		]);
	});

	test("has what else the task asked for", () => {
		expect(
			hostOf({
				shmBytes: 1024,
				tmpfs: { "/scratch": 2048 },
				ulimits: [{ name: "nofile", soft: 1, hard: 2 }],
				network: "lab",
				dns: ["9.9.9.9"],
				extraHosts: ["db:10.0.0.1"],
				mounts: [{ source: "/data-sets", target: "/sets", readOnly: true }],
			}),
		).toMatchObject({
			ShmSize: 1024,
			Tmpfs: { "/scratch": "rw,exec,nosuid,nodev,mode=1777,size=2048" },
			Ulimits: [{ Name: "nofile", Soft: 1, Hard: 2 }],
			NetworkMode: "lab",
			Dns: ["9.9.9.9"],
			ExtraHosts: ["db:10.0.0.1"],
			Mounts: [{}, { Source: "/data-sets", Target: "/sets", ReadOnly: true }],
		});
	});
});
