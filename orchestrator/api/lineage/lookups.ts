import type { FileStamp } from "../../model/task-state.ts";
import type { AttemptId, DataPath, RunId } from "../../model/words.ts";
import type { FileHash, FileHashes } from "../../store/hashes-port.ts";
import type { Histories } from "../../store/history-port.ts";
import type { Publication, Publications } from "../../store/port.ts";
import type {
	AttemptFacts,
	PlannedRun,
	Provenance,
} from "../../store/provenance-port.ts";
import {
	type Cause,
	causesOfAttempt,
	causesOfPublication,
	type Ref,
	type Sensor,
	taskOfPlan,
} from "./causes.ts";
import type { FileNode, FilesNode, LineageNode } from "./graph.ts";
import {
	attemptNode,
	objectNode,
	publicationNode,
	sensorNode,
	unknownAttempt,
} from "./nodes.ts";

/** What is asked of the store. */
export type LineageReader = Pick<
	Provenance,
	"attempt" | "planned" | "taskState"
> &
	Pick<Publications, "history" | "ofObject"> &
	Pick<Histories, "entries"> &
	Pick<FileHashes, "knownHashes">;

/** Looks up what references mean: the node, and what it came from. */
export class Lookups {
	readonly #reader: LineageReader;
	/** Plans may be large, and one thing after the other is of the same run. */
	readonly #runs = new Map<RunId, PlannedRun | null>();

	constructor(reader: LineageReader) {
		this.#reader = reader;
	}

	async find(ref: Ref): Promise<FoundNode> {
		switch (ref.kind) {
			case "publication":
				return this.#publication(ref.publication);
			case "object":
				return this.#object(ref);
			case "attempt":
				return this.#attempt(ref.attempt);
			case "outside":
				return {
					node: await this.#hashed(ref.node, ref.stamps),
					causes: foundBy(ref.sensor),
				};
			case "sensor":
				return { node: sensorNode(ref.sensor), causes: [] };
		}
	}

	async #publication(publication: Publication): Promise<FoundNode> {
		const run = await this.#run(runIn(publication.attempt));
		return {
			node: publicationNode(publication, run?.trigger ?? null),
			causes: causesOfPublication(
				publication,
				run?.plan ?? null,
				await this.#origin(publication),
			),
		};
	}

	/** Where what was promoted was published first. */
	async #origin({ id, path, how }: Publication): Promise<DataPath | null> {
		if (how !== "promoted" && how !== "rolled-back") return null;
		const entries = await this.#reader.entries(path);
		return entries.find((entry) => entry.id === id)?.origin ?? null;
	}

	/** As what it was published, where it was taken from. */
	async #object(ref: ObjectRef): Promise<FoundNode> {
		const publication = await this.#published(ref);
		if (publication) return this.#publication(publication);
		// Whoever made the same: it was taken from outside.
		const known = ref.copies ? null : await this.#reader.ofObject(ref.object);
		const maker = ref.maker ?? known?.maker ?? null;
		return {
			node: objectNode(ref.object, maker, ref.copies),
			causes: maker === null ? foundBy(ref.sensor ?? null) : [madeBy(maker)],
		};
	}

	/** The publication that was current then; should clocks disagree, the first one with that object. */
	async #published({
		object,
		path,
		before,
		beforeId,
	}: ObjectRef): Promise<Publication | null> {
		if (path === null) return null;
		const history = await this.#reader.history(path);
		const same = history.filter(
			(one) =>
				one.object === object && (beforeId === undefined || one.id < beforeId),
		);
		const then = same.find(({ at }) => before === null || at <= before);
		return then ?? same.at(-1) ?? null;
	}

	async #attempt(id: AttemptId): Promise<FoundNode> {
		const facts = await this.#reader.attempt(id);
		if (!facts) return { node: unknownAttempt(id), causes: [] };
		const run = await this.#run(facts.run);
		const plan = run?.plan ?? null;
		const task = taskOfPlan(plan, facts.task);
		const state = await this.#reader.taskState(facts.run, facts.task);
		return {
			node: attemptNode(facts, task, state),
			causes: this.#causes(facts, run),
		};
	}

	#causes(facts: AttemptFacts, run: PlannedRun | null): readonly Cause[] {
		if (facts.unchangedSince !== null) return [madeBy(facts.unchangedSince)];
		if (!facts.recipe) return [];
		const plan = run?.plan ?? null;
		return causesOfAttempt(facts.recipe, {
			run: facts.run,
			plan,
			task: taskOfPlan(plan, facts.task),
			at: facts.startedAt ?? facts.endedAt,
		});
	}

	/** Of many files only the hash of all is kept. What each hashed to is known as long as it has not changed since. */
	async #hashed(
		node: FileNode | FilesNode,
		stamps: readonly FileStamp[],
	): Promise<FileNode | FilesNode> {
		if (node.kind === "file") return node;
		const paths = stamps.map(({ path }) => path);
		const known = new Map(
			(await this.#reader.knownHashes(paths)).map((one) => [one.path, one]),
		);
		const files = stamps.map((stamp) => {
			const one = known.get(stamp.path);
			const sha256 = one && isSame(one, stamp) ? one.sha256 : null;
			return { path: stamp.path, bytes: stamp.size, sha256 };
		});
		return { ...node, files };
	}

	async #run(id: RunId): Promise<PlannedRun | null> {
		const known = this.#runs.get(id);
		if (known !== undefined) return known;
		const run = await this.#reader.planned(id);
		const [oldest] = this.#runs.keys();
		if (this.#runs.size >= MOST_RUNS && oldest) this.#runs.delete(oldest);
		this.#runs.set(id, run);
		return run;
	}
}

export interface FoundNode {
	readonly node: LineageNode;
	readonly causes: readonly Cause[];
}

type ObjectRef = Extract<Ref, { kind: "object" }>;

const MOST_RUNS = 16;

const madeBy = (attempt: AttemptId): Cause => ({
	how: "made-by",
	input: null,
	ref: { kind: "attempt", attempt },
});

const foundBy = (sensor: Sensor | null): readonly Cause[] =>
	sensor === null
		? []
		: [{ how: "found-by", input: null, ref: { kind: "sensor", sensor } }];

/** `<run>/<task>/<n>`. */
const runIn = (attempt: AttemptId): RunId =>
	attempt.split("/").slice(0, -2).join("/") as RunId;

const isSame = (one: FileHash, stamp: FileStamp): boolean =>
	one.ino === stamp.ino &&
	one.size === stamp.size &&
	one.mtimeMs === stamp.mtimeMs &&
	one.ctimeMs === stamp.ctimeMs;
