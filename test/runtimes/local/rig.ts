import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type {
	AttemptId,
	ContainerName,
	RunId,
	TaskName,
} from "../../../orchestrator/model/words.ts";
import {
	type LocalRuntime,
	openLocal,
} from "../../../orchestrator/runtimes/local/local-runtime.ts";
import type { Job, Runtime } from "../../../orchestrator/runtimes/port.ts";
import { WALL } from "../../rig/plans.ts";
import { bytesOf, patience, readAll } from "../contract-rig.ts";

/** A world that is cleared when the test is over. */
export function aLocalRig(): LocalRig {
	const rig = new LocalRig();
	onTestFinished(() => rig.clear());
	return rig;
}

/** A folder for attempts and one for images. */
export class LocalRig {
	readonly root = mkdtempSync(join(tmpdir(), "berth-local-"));
	readonly folder = join(this.root, "local");
	readonly images = join(this.root, "images");
	#jobs = 0;

	constructor() {
		chmodSync(this.root, 0o755);
		this.image("tool", { "package.json": '{"bin":"main.sh"}' });
		this.write("images/tool/main.sh", '#!/bin/sh\nexec "$@"\n', 0o755);
	}

	open(): Promise<LocalRuntime> {
		return openLocal({ folder: this.folder, images: this.images });
	}

	image(name: string, files: Readonly<Record<string, string>>): string {
		for (const [file, text] of Object.entries(files))
			this.write(`images/${name}/${file}`, text);
		return join(this.images, name);
	}

	write(path: string, text: string, mode = 0o644): string {
		const file = join(this.root, path);
		mkdirSync(join(file, ".."), { recursive: true });
		writeFileSync(file, text, { mode });
		return file;
	}

	/** A job that runs these words. */
	job(command: readonly string[], more: Partial<Job> = {}): Job {
		this.#jobs += 1;
		return {
			name: `berth-test-task-${this.#jobs}` as ContainerName,
			run: "p@2026-11-20~X" as RunId,
			task: "task" as TaskName,
			attempt: `p@2026-11-20~X/task/${this.#jobs}` as AttemptId,
			image: { id: join(this.images, "tool"), key: "0".repeat(64) },
			command,
			env: {},
			user: `${process.getuid?.()}:${process.getgid?.()}`,
			mounts: [],
			wall: WALL,
			logBytes: 1024 ** 3,
			...more,
		};
	}

	async clear(): Promise<void> {
		const runtime = await this.open();
		for (const { name } of await runtime.list()) await runtime.remove(name);
		rmSync(this.root, { recursive: true, force: true });
	}
}

/** Launches, waits, and answers with the ending and what was written. */
export async function runToEnd(runtime: Runtime, job: Job) {
	const started = await runtime.launch(job, patience);
	if (started.kind === "refused") throw new Error(started.message);
	const exit = await runtime.wait(job.name, patience);
	return { exit, ...(await output(runtime, job.name)) };
}

/** All that a task wrote, byte for byte. */
export async function output(runtime: Runtime, name: ContainerName) {
	const frames = await readAll(runtime, name);
	const [stdout, stderr] = [
		bytesOf(frames, "stdout"),
		bytesOf(frames, "stderr"),
	];
	return { frames, stdout, stderr };
}
