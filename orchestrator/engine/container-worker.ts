import pLimit from "p-limit";
import {
	type Artifacts,
	isProblem,
	type Located,
	type Problem,
	type Staged,
} from "../artifacts/port.ts";
import type { Command } from "../model/commands.ts";
import type { Observation } from "../model/events.ts";
import { takenBy } from "../model/garbage.ts";
import { attemptId, containerName } from "../model/names.ts";
import type { ContainerWork } from "../model/plan.ts";
import type { Ending, Prepared } from "../model/task-state.ts";
import type { ContainerName, Instant, Named } from "../model/words.ts";
import type { Exit, Runtime } from "../runtimes/port.ts";
import type { Store } from "../store/port.ts";
import type { Cache } from "./cache.ts";
import type { Clock } from "./clock.ts";
import { watchDisk } from "./disk-watch.ts";
import { changedBefore } from "./input-change.ts";
import { jobOf } from "./job.ts";
import type { LogKeeper } from "./log-keeper.ts";
import { prepare } from "./prepare.ts";
import { publish } from "./publish.ts";
import type { Work } from "./worker.ts";

/** Performs the commands of container tasks: the runtime runs them, the artifact store holds what goes in and comes out. */
export class ContainerWorker {
	readonly #parts: ContainerParts;
	/** A fan of ten thousand is ready at once; the engine is not asked ten thousand things at once. */
	readonly #preparing = pLimit(PREPARING);

	constructor(parts: ContainerParts) {
		this.#parts = parts;
	}

	async perform(
		work: Work,
		container: ContainerWork,
	): Promise<Observation | null> {
		const { command } = work;
		switch (command.do) {
			case "prepare":
				return this.#prepare(work, container);
			case "launch":
				return this.#launch(work, container, command.prepared);
			case "wait":
				return this.#wait(work);
			case "publish":
				return this.#publish(work, container, command.prepared);
			case "stop":
				return this.#stop(work, command.atOnce ? 0 : container.graceMs);
			case "release":
				return this.#release(work, command.keep);
			case "watch":
			case "promote":
				throw new Error(`A container task has nothing to ${command.do}.`);
		}
	}

	async #prepare(work: Work, container: ContainerWork): Promise<Observation> {
		const prepared = await this.#preparing(() => {
			this.#parts.cache.keepFor(work);
			return prepare(work, container, this.#parts);
		});
		if ("kind" in prepared) return this.#ended(work.command, prepared.ending);
		const known = await this.#parts.cache.lookUp(work, container, prepared);
		if (known && "kind" in known)
			return this.#ended(work.command, known.ending);
		const of = { ...this.#of(work.command), prepared };
		if (known) return { type: "unchanged", ...of, ...known };
		return (await this.#hold(work, prepared))
			? { type: "prepared", ...of }
			: this.#ended(work.command, GONE);
	}

	/** Until it is remembered that the attempt uses them, nobody else would know. False when one is gone by now. */
	#hold(work: Work, prepared: Prepared): Promise<boolean> {
		const { artifacts } = this.#parts;
		const objects = takenBy(prepared);
		// Who is cancelled already would keep them for ever.
		work.signal.throwIfAborted();
		artifacts.pin(this.#name(work), objects);
		return artifacts.has(objects);
	}

	async #launch(
		work: Work,
		container: ContainerWork,
		prepared: Prepared,
	): Promise<Observation> {
		const { artifacts, runtime, user } = this.#parts;
		const name = this.#name(work);
		const staged = await artifacts.stage(
			name,
			Object.keys(container.out),
			container.user ?? user,
		);
		if (staged.kind === "problem")
			return this.#ended(work.command, { ...staged, kind: "refused" });
		const located = await this.#located(prepared, staged);
		if (isProblem(located))
			return this.#ended(work.command, { ...located, kind: "refused" });
		const params =
			container.params && (await artifacts.params(name, container.params));
		const job = jobOf({
			name,
			run: work.run,
			task: work.command.task.name,
			attempt: work.command.attempt,
			work: container,
			prepared,
			user,
			staged,
			located,
			...(params !== undefined && { params }),
			logBytes: this.#parts.logBytes,
		});
		const started = await runtime.launch(job, work.signal, {
			wasAsked: staged.started,
			ask: () => artifacts.markStarted(name),
		});
		return started.kind === "started"
			? { type: "started", ...this.#of(work.command), at: started.at }
			: this.#ended(work.command, started);
	}

	/** What is up has its inputs mounted: that one of them is gone since is no reason to end it. */
	async #located(
		prepared: Prepared,
		{ started }: Staged,
	): Promise<Named<readonly Located[]> | Problem> {
		const { artifacts } = this.#parts;
		const located: Record<string, readonly Located[]> = {};
		for (const [input, source] of Object.entries(prepared.in)) {
			const files = started
				? artifacts.places(source)
				: await artifacts.locate(source);
			if (isProblem(files)) return files;
			located[input] = files;
		}
		// It may have waited for hours, and would be done again after hours more.
		const message = started ? null : await changedBefore(prepared, artifacts);
		return message === null
			? located
			: { kind: "problem", message, lost: true };
	}

	/** When that cannot be told, it may have. */
	mayHaveBegun(work: Work): Promise<boolean> {
		return this.#parts.artifacts.wasStarted(this.#name(work)).catch(() => true);
	}

	async #wait(work: Work): Promise<Observation> {
		const name = this.#name(work);
		this.#parts.logs.follow(name);
		const waited = await this.#orOverflow(work, (signal) =>
			this.#parts.runtime.wait(name, signal),
		);
		return typeof waited === "string"
			? { type: "overflowed", ...this.#of(work.command), message: waited }
			: this.#exit(work, waited);
	}

	/** What comes first: the answer, or a sentence once the attempt has written too much. The other one is let go. */
	async #orOverflow<T>(
		{ run, command, signal }: Work,
		ask: (signal: AbortSignal) => Promise<T>,
	): Promise<T | string> {
		const over = new AbortController();
		const either = AbortSignal.any([signal, over.signal]);
		const name = this.#name({ run, command });
		try {
			return await Promise.race([
				ask(either),
				watchDisk(this.#parts, { name, task: command.task }, either),
			]);
		} finally {
			over.abort(ANSWERED);
		}
	}

	async #publish(
		work: Work,
		container: ContainerWork,
		prepared: Prepared,
	): Promise<Observation> {
		const name = this.#name(work);
		const done = await publish(name, container, prepared, {
			artifacts: this.#parts.artifacts,
			task: work.command.task,
			attempt: attemptId(
				work.run.id,
				work.command.task.name,
				work.command.attempt,
			),
			isReplay: work.run.plan.replays !== undefined,
			signal: work.signal,
		});
		return "kind" in done
			? this.#ended(work.command, { ...done, kind: "rejected" })
			: { type: "published", ...this.#of(work.command), value: done };
	}

	/** Its grace is for ending well: one that fills the disk meanwhile has had it. */
	async #stop(work: Work, graceMs: number): Promise<Observation> {
		const name = this.#name(work);
		const { runtime } = this.#parts;
		const stopped = await this.#orOverflow(work, (signal) =>
			runtime.stop(name, graceMs, signal),
		);
		if (stopped !== undefined) await runtime.stop(name, 0, work.signal);
		return this.#exit(work, await runtime.wait(name, work.signal));
	}

	async #release(work: Work, keep: boolean): Promise<Observation> {
		const name = this.#name(work);
		// Once it is gone, only what we remember tells how it ended: not even a loss of power may forget that.
		await Promise.all([
			this.#parts.logs.finish(name),
			this.#parts.store.durable(),
		]);
		await this.#parts.runtime.remove(name, work.signal);
		await this.#parts.artifacts.discard(name, keep);
		return { type: "released", ...this.#of(work.command) };
	}

	#exit({ command }: Work, exit: Exit): Observation {
		const of = { ...this.#of(command), at: exit.at };
		return exit.kind === "exited"
			? { type: "exited", ...of, code: exit.code, warning: exit.warning }
			: { type: "ended", ...of, ending: exit.ending };
	}

	#ended(command: Command, ending: Ending): Observation {
		return { type: "ended", ...this.#of(command), ending };
	}

	#of({ task, attempt }: Command): Of {
		return { task: task.name, attempt, at: this.#parts.clock.now() };
	}

	#name({ run, command }: Pick<Work, "run" | "command">): ContainerName {
		return containerName(
			this.#parts.instance,
			run.id,
			command.task.name,
			command.attempt,
		);
	}
}

/** One for all: making an error each time would cost more than it tells. */
const ANSWERED = new Error("The other one answered first.");

/** How many attempts are prepared at a time. */
const PREPARING = 16;

export interface ContainerParts {
	readonly runtime: Runtime;
	readonly artifacts: Artifacts;
	readonly cache: Pick<Cache, "keepFor" | "lookUp">;
	readonly logs: LogKeeper;
	readonly store: Pick<Store, "durable">;
	readonly clock: Clock;
	readonly instance: string;
	/** How much of each log is kept. */
	readonly logBytes: number;
	/** Whom tasks run as unless they ask for another: `uid:gid`. */
	readonly user: string;
}

interface Of {
	readonly task: Command["task"]["name"];
	readonly attempt: number;
	readonly at: Instant;
}

const GONE = {
	kind: "refused",
	message:
		"An input was removed while the task was prepared. It will be tried again.",
	lost: true,
} as const;
