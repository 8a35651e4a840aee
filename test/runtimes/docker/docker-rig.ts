import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { attemptId, containerName } from "../../../orchestrator/model/names.ts";
import type { PreparedImage } from "../../../orchestrator/model/task-state.ts";
import type { RunId, TaskName } from "../../../orchestrator/model/words.ts";
import type { DockerRuntime } from "../../../orchestrator/runtimes/docker/docker-runtime.ts";
import {
	type Labels,
	ownerLabels,
} from "../../../orchestrator/runtimes/docker/labels.ts";
import { openDocker } from "../../../orchestrator/runtimes/docker/open-docker.ts";
import {
	PATIENCE,
	type Patience,
} from "../../../orchestrator/runtimes/docker/pulse.ts";
import {
	type Job,
	RuntimeUnreachable,
} from "../../../orchestrator/runtimes/port.ts";
import { WALL } from "../../rig/plans.ts";
import {
	patience as forEver,
	type RuntimeRig,
	type Step,
} from "../contract-rig.ts";

export const IMAGE = "node:24-bookworm-slim";

export interface DockerRig extends RuntimeRig {
	readonly runtime: DockerRuntime;
	readonly instance: string;
	readonly data: string;
	readonly image: PreparedImage;
	/** By way of another socket, if one is given. */
	reconnect(by?: Record<string, string>): Promise<DockerRuntime>;
	/** A job of a shell command. */
	shell(command: string, change?: Partial<Job>): Job;
}

/** A berth of its own on the machine's engine: an instance and a data directory that no other test has. */
export async function dockerRig(
	env: Record<string, string | undefined> = process.env,
	patience: Patience = PATIENCE,
): Promise<DockerRig> {
	const instance = randomUUID().replaceAll("-", "").slice(0, 10);
	const data = await mkdtemp(join(tmpdir(), "berth-docker-"));
	await mkdir(join(data, ".berth/staging"), { recursive: true });
	await writeFile(join(data, ".berth/instance"), instance);
	const folderOf = (): null => null;
	const open = (by = env) =>
		untilAnswered(() =>
			openDocker({ env: by, instance, data, folderOf, patience }),
		);
	const runtime = await open();
	const plain = { image: IMAGE, pull: "never" } as const;
	const image = await untilAnswered(() =>
		runtime.resolve(plain, () => {}, forEver),
	);
	if ("kind" in image) throw new Error(image.message);
	const program = await readFile(join(import.meta.dirname, "../act.mjs"));
	const hand = (job: Job, file: string) =>
		join(data, ".berth/staging", job.name, "hand", file);

	let count = 0;
	const make = (command: readonly string[], change: Partial<Job>): Job => {
		const job = plainJob(instance, image, ++count);
		const source = hand(job, "");
		mkdirSync(source, { recursive: true });
		const mounts = [{ source, target: "/out/hand", readOnly: false }];
		return { ...job, command, mounts, ...change };
	};

	return {
		runtime,
		instance,
		data,
		image,
		missingImage: "berth-test/nowhere:1",
		hasWall: true,
		reconnect: open,
		hand,
		job: (steps: readonly Step[], change = {}) =>
			make(["node", "-e", String(program), JSON.stringify(steps)], change),
		shell: (command, change = {}) => make(["sh", "-c", command], change),
		strew: () => strew(instance, ownerLabels({ instance, hostData: data })),
		leftovers: () => containersOf(instance),
		close: async () => {
			const left = await containersOf(instance);
			if (left.length > 0) await docker("rm", "-fv", ...left);
			await removeStrewn(instance);
			await rm(data, { recursive: true, force: true });
		},
	};
}

/** As the engine's lanes do it: what does not answer is asked again. With little patience, a busy machine may need that. */
export async function untilAnswered<T>(
	ask: () => Promise<T>,
	onSilence = (): void => {},
): Promise<T> {
	for (;;)
		try {
			return await ask();
		} catch (error) {
			if (!(error instanceof RuntimeUnreachable)) throw error;
			onSilence();
		}
}

/** A container that was never started, a network and a volume, with these labels. */
export async function strew(
	name: string,
	labels: Labels,
): Promise<readonly string[]> {
	const all = Object.entries(labels).flatMap(([key, value]) => [
		"--label",
		`${key}=${value}`,
	]);
	const names = ["container", "network", "volume"].map((kind) =>
		["berth-test", name, kind].join("-"),
	);
	const [container = "", network = "", volume = ""] = names;
	await docker("create", "--name", container, ...all, IMAGE, "true");
	await docker("network", "create", "--internal", ...all, network);
	await docker("volume", "create", ...all, volume);
	return names;
}

/** Of what `strew` made under this name, what there still is. */
export async function strewn(name: string): Promise<readonly string[]> {
	const filter = ["--filter", `name=berth-test-${name}-`];
	const lists = await Promise.all([
		docker("ps", "-a", ...filter, "--format", "{{.Names}}"),
		docker("network", "ls", ...filter, "--format", "{{.Name}}"),
		docker("volume", "ls", ...filter, "--format", "{{.Name}}"),
	]);
	return lists.flatMap((list) => list.split("\n").filter(Boolean)).sort();
}

export async function removeStrewn(name: string): Promise<void> {
	for (const one of await strewn(name)) {
		const kind = one.split("-").at(-1) ?? "";
		await docker(kind, "rm", ...(kind === "network" ? [] : ["-f"]), one);
	}
}

/** The docker CLI, which knows nothing of us. */
export async function docker(...args: string[]): Promise<string> {
	const { stdout } = await promisify(execFile)("docker", args);
	return stdout.trim();
}

export async function containersOf(instance: string): Promise<string[]> {
	const filter = `label=dev.berth.instance=${instance}`;
	const names = await docker(
		"ps",
		"-a",
		"--filter",
		filter,
		"--format",
		"{{.Names}}",
	);
	return names.split("\n").filter(Boolean);
}

function plainJob(instance: string, image: PreparedImage, count: number): Job {
	const run = "test@2026-11-21~1" as RunId;
	const task = "act" as TaskName;
	return {
		name: containerName(instance, run, task, count),
		run,
		task,
		attempt: attemptId(run, task, count),
		image,
		command: [],
		env: { BERTH_OUT: "/out", HOME: "/tmp" },
		user: `${process.getuid?.() ?? 1000}:${process.getgid?.() ?? 1000}`,
		mounts: [],
		wall: {
			...WALL,
			memoryBytes: 256 * 2 ** 20,
			cpus: 1,
			pids: 64,
			pull: "never",
		},
		logBytes: 64 * 2 ** 20,
	};
}
