import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Clock, systemClock } from "../../orchestrator/engine/clock.ts";
import { containerName } from "../../orchestrator/model/names.ts";
import type { ContainerWork, Task } from "../../orchestrator/model/plan.ts";
import type { RunId } from "../../orchestrator/model/words.ts";
import { openDocker } from "../../orchestrator/runtimes/docker/open-docker.ts";
import {
	PATIENCE,
	type Patience,
} from "../../orchestrator/runtimes/docker/pulse.ts";
import { LateRuntime } from "../../orchestrator/runtimes/late-runtime.ts";
import { instanceOf } from "../../orchestrator/store/instance.ts";
import type { RunDetail } from "../../orchestrator/store/port.ts";
import { EngineRig } from "./engine-rig.ts";
import { aPlan, aTask, type Wish } from "./plans.ts";
import { readStored, textsOf } from "./read-stored.ts";

const BASE = "node:24-bookworm-slim";

/** The real loop on a real Docker engine: what `berth up` is, without its process. */
export class EngineOnDocker {
	readonly data: string;
	readonly host: string;
	readonly rig: EngineRig;
	/** Tasks see this folder as `/gate`. */
	readonly gate: string;
	/** Resolves when the engine has been asked whatever it is asked first. */
	readonly ready: () => Promise<unknown>;
	readonly #instance: string;

	constructor(host: string, options: OnDocker = {}) {
		const { patience = PATIENCE, clock = systemClock } = options;
		this.host = host;
		this.data = options.data ?? mkdtempSync(join(tmpdir(), "berth-on-docker-"));
		this.gate = join(this.data, "gate");
		mkdirSync(this.gate, { recursive: true });
		mkdirSync(join(this.data, ".berth"), { recursive: true });
		this.#instance = instanceOf(join(this.data, ".berth"));
		const runtime = new LateRuntime("docker", () =>
			openDocker({
				env: { DOCKER_HOST: host },
				instance: this.#instance,
				data: this.data,
				folderOf: () => null,
				patience,
				onAnswer: () => this.rig.outage.over(),
			}),
		);
		this.ready = () => runtime.ready();
		this.rig = new EngineRig(runtime, {
			data: this.data,
			instance: this.#instance,
			clock,
		});
	}

	/** A task of a shell script. */
	shell(name: string, script: string, wish: ShellWish = {}): Task {
		const mount = { source: this.gate, target: "/gate", readOnly: true };
		const plain = aTask(name).work as ContainerWork;
		const wall = { ...plain.wall, mounts: [mount], ...wish.wall };
		const command = ["sh", "-c", script];
		const work = { image: BASE, command, ...wish.work, wall };
		return aTask(name, { ...wish, work });
	}

	/** One that says `up`, ends with this code once the gate is open, and says `over` before. */
	waiting(name: string, code = 0, wish: ShellWish = {}): Task {
		const script = `echo up; while [ ! -e /gate/open ]; do sleep 0.05; done; echo over; exit ${code}`;
		return this.shell(name, script, wish);
	}

	open(): void {
		writeFileSync(join(this.gate, "open"), "");
	}

	/** A run that no other test has. */
	begin(...tasks: readonly Task[]): Promise<RunId> {
		return this.rig.begin(aPlan(...tasks), `p@2026-11-20~${randomUUID()}`);
	}

	cancel(run: RunId): void {
		const at = systemClock.now();
		this.rig.engine.observe(run, { type: "cancel-requested", at });
	}

	/** Resolves when the task is in this state. */
	async reaches(run: RunId, task: string, status: string): Promise<void> {
		for (;;) {
			const { tasks } = await this.rig.detail(run);
			const found = tasks.find(({ name }) => name === task)?.state.status;
			if (found === status) return;
			if (this.rig.engine.run(run) === undefined)
				throw new Error(`Task ${task} never was ${status}: it is ${found}.`);
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	}

	/** What the task wrote, through all its attempts; its container is gone by then. */
	async wrote(run: RunDetail, attempt = 1): Promise<string> {
		const [task] = run.tasks;
		if (!task) throw new Error("The run has no task.");
		const name = containerName(this.#instance, run.id, task.name, attempt);
		const records = await readStored(this.rig.logs, name);
		return textsOf(records)
			.map((text) => `${text}\n`)
			.join("");
	}

	/** Staging folders of attempts. */
	staged(): string[] {
		const staging = join(this.data, ".berth/staging");
		return existsSync(staging) ? readdirSync(staging) : [];
	}

	/** Containers of this data directory. */
	async containers(): Promise<string[]> {
		const filter = `label=dev.berth.data=${this.data}`;
		const args = [
			"-H",
			this.host,
			"ps",
			"-aq",
			"--no-trunc",
			"--filter",
			filter,
		];
		const { stdout } = await promisify(execFile)("docker", args);
		return stdout.split("\n").filter(Boolean);
	}

	/** As a process that was killed leaves it; another one with the same data goes on. */
	async leave(): Promise<void> {
		await this.rig.close();
	}

	async remove(): Promise<void> {
		await this.rig.close();
		const left = await this.containers().catch(() => []);
		if (left.length > 0)
			await promisify(execFile)("docker", [
				...["-H", this.host, "rm", "-f"],
				...left,
			]).catch(() => undefined);
		await this.rig.remove();
	}
}

export interface OnDocker {
	readonly patience?: Patience;
	/** To go on with what another one left. */
	readonly data?: string;
	readonly clock?: Clock;
}

export interface ShellWish extends Wish {
	readonly work?: Partial<ContainerWork>;
	readonly wall?: Partial<ContainerWork["wall"]>;
}
