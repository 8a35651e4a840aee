import { ulid } from "ulid";
import type { Artifacts } from "../artifacts/port.ts";
import type { Clock } from "../engine/clock.ts";
import { parseDataPath } from "../model/data-path.ts";
import { few } from "../model/few.ts";
import { handRunId } from "../model/names.ts";
import type { Plan, PromoteWork } from "../model/plan.ts";
import { dsOf } from "../model/schedule.ts";
import type { DataPath, ObjectHash, RunId, TaskName } from "../model/words.ts";
import type {
	NewRun,
	Publication,
	Publications,
	Store,
} from "../store/port.ts";
import { type Asking, Refused } from "./berth.ts";
import { meantBy } from "./meant-by.ts";
import { entryBefore, entryNamed } from "./which-entry.ts";

/** Moves a path to what another path holds now. */
export interface PromoteRequest extends Asking {
	readonly path: string;
	readonly to: string;
}

/** Moves a path back to what it held before. */
export interface RollbackRequest extends Asking {
	readonly path: string;
	/** Which entry of its history: `#12`, how many back, the beginning of an object's hash, a date or a time. Absent: the newest one with another object. */
	readonly to?: string;
}

/**
 * Promotions by hand are runs like any other, of a plan with one task. What is promoted is settled here, when it is asked for: what is published
 * between the asking and the doing cannot slip in.
 */
export class Promotions {
	readonly #parts: PromotionParts;

	constructor(parts: PromotionParts) {
		this.#parts = parts;
	}

	/** The run to be made; null when the path holds that already, which is confirmed: people may have removed it from its path. */
	async promotion(wish: PromoteRequest): Promise<NewRun | null> {
		const path = pathOf(wish.path);
		const to = pathOf(wish.to);
		if (path === to)
			throw new Refused(
				"invalid",
				`"${path}" cannot be promoted to itself. Name the path that is to hold it with --to.`,
			);
		const from = await this.#published(path);
		refuseRemoved(from);
		const { object, maker } = from;
		const newest = await this.#parts.store.newest(to);
		if (newest && (await this.#isConfirmed(newest, object))) return null;
		await this.#refuseEntangled(to);
		return this.#run(wish, "_promote", {
			kind: "promote",
			from: { from: "object", object, path, maker },
			to,
		});
	}

	/** As `promotion`. */
	async rollback(wish: RollbackRequest): Promise<NewRun | null> {
		const path = pathOf(wish.path);
		await this.#published(path);
		const history = await this.#parts.store.entries(path);
		const entry =
			wish.to === undefined
				? entryBefore(history, path)
				: entryNamed(history, path, wish.to);
		refuseRemoved(entry);
		const { object, maker, origin } = entry;
		const [newest] = history;
		if (newest && (await this.#isConfirmed(newest, object))) return null;
		return this.#run(wish, "_rollback", {
			kind: "promote",
			from: {
				from: "object",
				object,
				maker,
				...(origin === null ? {} : { path: origin }),
			},
			to: path,
			rollback: true,
		});
	}

	async #isConfirmed(
		newest: Publication,
		object: ObjectHash,
	): Promise<boolean> {
		if (newest.object !== object) return false;
		const { store, clock, project } = this.#parts;
		if (!(await store.confirm(newest.path, object, clock.now()))) return false;
		await project();
		return true;
	}

	async #published(path: DataPath): Promise<Publication> {
		const { store } = this.#parts;
		const newest = await store.newest(path);
		if (newest) return newest;
		const above = await store.covering(path);
		if (above)
			throw new Refused(
				"invalid",
				`"${path}" is only a part of "${above.path}", which is published as a whole. Name that, or let a task publish the part.`,
			);
		const below = (await store.published(path)).map((one) => one.path);
		throw new Refused(
			"not-found",
			below.length === 0
				? `Nothing is published at "${path}".${meantBy(path, await store.published("" as DataPath))} "berth artifacts" lists what is.`
				: `Nothing is published at "${path}" itself, but below it: ${few(below, 3)}. Name one of them.`,
		);
	}

	async #refuseEntangled(to: DataPath): Promise<void> {
		const taken = await this.#parts.artifacts.claim([to]);
		if (taken !== null) throw new Refused("conflict", taken);
	}

	#run(
		{ key, by }: Asking,
		pipeline: "_promote" | "_rollback",
		work: PromoteWork,
	): NewRun {
		const createdAt = this.#parts.clock.now();
		const ds = dsOf(createdAt, "UTC");
		return {
			id: handRunId(pipeline, ds, key ?? ulid(createdAt)),
			trigger: { kind: "hand", ...(by === undefined ? {} : { by }) },
			createdAt,
			carried: [],
			plan: planOf(pipeline, ds, work),
		};
	}
}

/** The run that somebody made with this key, and asks for again because the answer was lost. */
export async function askedBefore(
	store: Pick<Store, "runs">,
	pipeline: string,
	key: string | undefined,
): Promise<RunId | null> {
	if (key === undefined) return null;
	const latest = await store.runs({ pipeline, limit: MANY });
	return latest.find(({ id }) => id.endsWith(`~${key}`))?.id ?? null;
}

const MANY = 100;

export interface PromotionParts {
	readonly store: Publications & Pick<Store, "confirm" | "entries">;
	readonly artifacts: Pick<Artifacts, "claim">;
	/** Brings what is published to its paths. */
	readonly project: () => Promise<void>;
	readonly clock: Clock;
}

/** No file can define a pipeline of such a name. */
const planOf = (
	pipeline: "_promote" | "_rollback",
	ds: string,
	work: PromoteWork,
): Plan => ({
	pipeline,
	ds,
	params: {},
	vars: {},
	oneAtATime: false,
	tasks: [
		{
			name: pipeline.slice(1) as TaskName,
			work,
			after: [],
			join: "all-succeeded",
			retries: { times: 0, backoffMs: 30_000 },
		},
	],
});

/** As people write it: a shell that completes names puts a slash behind a folder's. */
function pathOf(text: string): DataPath {
	const path = parseDataPath(text.replace(/\/+$/, ""));
	if (typeof path === "string") return path;
	throw new Refused("invalid", path.message);
}

function refuseRemoved({ path, object, maker, removedAt }: Publication): void {
	if (removedAt === null) return;
	throw new Refused(
		"conflict",
		`Object ${object.slice(0, 12)}, which "${path}" held, was removed by "berth gc" at ${new Date(removedAt).toISOString()}. ${maker} made it: run that again, or name another entry of "berth history ${path}".`,
	);
}
