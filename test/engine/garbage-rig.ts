import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Collected } from "../../orchestrator/engine/collection.ts";
import { GarbageCollector } from "../../orchestrator/engine/garbage-collector.ts";
import type {
	ContainerWork,
	PromoteWork,
} from "../../orchestrator/model/plan.ts";
import type {
	DataPath,
	Instant,
	ObjectHash,
} from "../../orchestrator/model/words.ts";
import type { Garbage } from "../../orchestrator/store/garbage-port.ts";
import { takenAway } from "../rig/an-engine.ts";
import { EngineRig, type RigOptions } from "../rig/engine-rig.ts";
import { aPlan, aPromotion, aTask } from "../rig/plans.ts";
import { Puppet } from "../rig/puppet.ts";

export const DAY_MS = 86_400_000;
export const PRODUCTION = "models/production" as DataPath;
export const path = (text: string): DataPath => text as DataPath;

/** What each task of these tests writes: a text, into the output `it`. */
export const it = (where: string) => ({ out: { it: path(where) } });
export const from = (where: string): Partial<ContainerWork> => ({
	in: { it: { from: "path", path: where } },
});

export interface GcWish {
	readonly newest?: number;
	readonly days?: number;
	readonly isDry?: boolean;
	/** How much later it is. */
	readonly laterMs?: number;
	/** How many are condemned in one transaction. */
	readonly atOnce?: number;
	/** The store's answers, to do something between them. */
	readonly store?: Garbage;
}

/** For one test. */
export function aGarbageRig(options: RigOptions = {}, puppet = new Puppet()) {
	const rig = new GarbageRig(options, puppet);
	takenAway(rig, puppet);
	return rig;
}

/** An engine whose tasks publish texts, and collections of what they published. */
export class GarbageRig extends EngineRig {
	readonly puppet: Puppet;
	#runs = 0;

	constructor(options: RigOptions, puppet: Puppet) {
		super(puppet, options);
		this.puppet = puppet;
	}

	nextRun(): string {
		return `p@2026-11-20~${++this.#runs}`;
	}

	/** The whole of one collection. */
	async collect(wish: GcWish = {}) {
		const { newest = 1, days = 0, isDry = false, laterMs = 0, atOnce } = wish;
		const collector = new GarbageCollector({
			store: wish.store ?? this.store.garbage,
			artifacts: this.artifacts,
			now: () => (Date.now() + laterMs + 1) as Instant,
			...(atOnce === undefined ? {} : { atOnce }),
		});
		const policy = { newest, youngerThanMs: days * DAY_MS };
		return summed(
			await Array.fromAsync(
				collector.collect({ policy, isDry }, new AbortController().signal),
			),
		);
	}

	/** Publishes a text at a path, unless it is unchanged. Its work may say what it is made from. */
	async publish(
		where: string,
		text: string,
		work: Partial<ContainerWork> = {},
	): Promise<ObjectHash> {
		const task = aTask("make", { work: { ...it(where), ...work } });
		const id = await this.begin(aPlan(task), this.nextRun());
		await this.write(text);
		await this.settled(id);
		return this.objectAt(where);
	}

	async write(text: string, task = "make"): Promise<void> {
		const job = await this.puppet.next(task);
		job.write("/out/it/it.txt", text);
		job.exit(0);
	}

	async promote(
		object: ObjectHash,
		work: Partial<PromoteWork> = {},
	): Promise<void> {
		const task = aPromotion("release", {
			work: { from: { from: "object", object }, to: PRODUCTION, ...work },
		});
		await this.settled(await this.begin(aPlan(task), this.nextRun()));
	}

	async objectAt(where: string): Promise<ObjectHash> {
		const newest = await this.store.newest(path(where));
		if (!newest) throw new Error(`Nothing came to ${where}.`);
		return newest.object;
	}

	isThere(object: ObjectHash): boolean {
		return existsSync(join(this.data, ".berth/objects", object));
	}

	textAt(where: string): string {
		return readFileSync(join(this.data, where, "it.txt"), "utf8");
	}
}

function summed(told: readonly Collected[]) {
	const last = told.at(-1);
	if (last?.kind !== "whole") throw new Error("It did not come to its end.");
	const going = told.flatMap((one) =>
		one.kind === "going" ? one.objects.map(({ object }) => object) : [],
	);
	return { ...last, gone: new Set(going) };
}
