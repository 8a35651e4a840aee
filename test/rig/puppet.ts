import { createHash } from "node:crypto";
import type { ContainerName, Instant } from "../../orchestrator/model/words.ts";
import type {
	LogCursor,
	LogPiece,
} from "../../orchestrator/runtimes/log-port.ts";
import {
	type Exit,
	type FirstStart,
	goneSinceStart,
	type ImageRequest,
	type Job,
	type Listed,
	type Refusal,
	type Runtime,
	RuntimeUnreachable,
	type Started,
	type Stray,
} from "../../orchestrator/runtimes/port.ts";
import type { PuppetTask } from "./puppet-task.ts";
import { type Auto, PuppetWorld, type Settings } from "./puppet-world.ts";

/**
 * A runtime on strings, for tests. Jobs are objects in memory; the test decides what becomes of them:
 *
 *   const train = await puppet.next("train");
 *   train.print("epoch 1");
 *   train.write("/out/model/model.json", "{}");
 *   train.exit(0);
 *
 * It complains about what no correct caller does: it throws, and keeps the sentence in `complaints`.
 */
export class Puppet implements Runtime {
	readonly kind = "puppet";
	readonly #world: PuppetWorld;

	constructor(settings: Partial<Settings> = {}, world?: PuppetWorld) {
		this.#world = world ?? new PuppetWorld({ ...DEFAULTS, ...settings });
	}

	/** Another client of the same world, as after a crash. */
	reconnect(): Puppet {
		return new Puppet({}, this.#world);
	}

	/** The next launched job of this task that was not handed out before; waits until there is one. */
	next(task: string): Promise<PuppetTask> {
		return this.#world.next(task);
	}

	/** From now on jobs end by themselves as they are launched. */
	auto(decide: Auto): void {
		this.#world.auto = decide;
	}

	/** The next launch of this task is refused. */
	refuse(task: string, refusal: { message: string; lost?: boolean }): void {
		const { message, lost = false } = refusal;
		this.#world.refusals.set(task, { kind: "refused", message, lost });
	}

	/** This image is not there. */
	lack(image: string): void {
		this.#world.lacking.add(image);
	}

	/** From now on the image of this name is another one; the one before is still there. */
	rebuild(image: string): void {
		const version = this.#world.versions.get(image) ?? 1;
		this.#world.versions.set(image, version + 1);
	}

	/** The runtime does not answer any more, also not to those who wait. */
	cut(): void {
		this.#world.line.abort(
			new RuntimeUnreachable("The puppet does not answer: its line was cut."),
		);
	}

	/** The runtime answers again. */
	mend(): void {
		this.#world.line = new AbortController();
	}

	/** Everything it had to complain about. */
	get complaints(): readonly string[] {
		return this.#world.complaints;
	}

	/** All that were ever launched, in their order. */
	get launched(): readonly Job[] {
		return this.#world.launched;
	}

	/** Something of ours lies about that is no attempt's container. */
	strew(stray: Stray): void {
		this.#world.strays.add(stray);
	}

	/** The most that ran at one time. */
	get peak(): number {
		return this.#world.peak;
	}

	async resolve({ image, exactly, look }: ImageRequest) {
		this.#world.line.signal.throwIfAborted();
		if (exactly && !this.#world.lacking.has(exactly.id)) return exactly;
		if (exactly)
			return {
				kind: "refused",
				message: `Image "${image}" of then (${exactly.id}) is gone.`,
				lost: false,
			} as const;
		if (this.#world.lacking.has(image))
			return {
				kind: "refused",
				message: `There is no image "${image}".`,
				lost: false,
				...(look && { absent: look }),
			} as const;
		const version = this.#world.versions.get(image);
		const name = version === undefined ? image : `${image}#${version}`;
		const key = createHash("sha256").update(name).digest("hex");
		return { id: `puppet:${name}`, key };
	}

	async launch(
		job: Job,
		signal?: AbortSignal,
		first?: FirstStart,
	): Promise<Started | Refusal> {
		signal?.throwIfAborted();
		this.#world.line.signal.throwIfAborted();
		if (first?.wasAsked && !this.#world.tasks.has(job.name))
			return goneSinceStart(job);
		await first?.ask();
		return this.#world.launch(job);
	}

	async wait(name: ContainerName, signal: AbortSignal): Promise<Exit> {
		const either = AbortSignal.any([signal, this.#world.line.signal]);
		either.throwIfAborted();
		return await this.#world.known(name).ended(either);
	}

	async stop(
		name: ContainerName,
		_graceMs = 0,
		signal: AbortSignal = NEVER,
	): Promise<void> {
		const either = AbortSignal.any([signal, this.#world.line.signal]);
		either.throwIfAborted();
		await this.#world.tasks.get(name)?.stop(either);
	}

	async *logs(
		name: ContainerName,
		from: LogCursor,
		signal: AbortSignal,
	): AsyncGenerator<LogPiece> {
		const either = AbortSignal.any([signal, this.#world.line.signal]);
		either.throwIfAborted();
		const task = this.#world.tasks.get(name);
		if (task?.isThere) yield* task.logs(from, either);
	}

	async remove(name: ContainerName): Promise<void> {
		this.#world.line.signal.throwIfAborted();
		this.#world.remove(name);
	}

	async list(): Promise<readonly Listed[]> {
		this.#world.line.signal.throwIfAborted();
		return this.#world.list();
	}

	async strays(): Promise<readonly Stray[]> {
		this.#world.line.signal.throwIfAborted();
		return [...this.#world.strays];
	}

	async removeStray(stray: Stray): Promise<void> {
		this.#world.line.signal.throwIfAborted();
		this.#world.strays.delete(stray);
	}

	async close(): Promise<void> {}
}

const NEVER = new AbortController().signal;

const DEFAULTS: Settings = {
	now: () => Date.now() as Instant,
	checkMounts: true,
};
