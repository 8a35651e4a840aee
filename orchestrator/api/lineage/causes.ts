import type { Plan, PromoteWork, Task } from "../../model/plan.ts";
import type { Ingredient, Recipe } from "../../model/recipe.ts";
import type { FileStamp } from "../../model/task-state.ts";
import type {
	AttemptId,
	DataPath,
	Instant,
	ObjectHash,
	RunId,
	TaskName,
} from "../../model/words.ts";
import type { Publication } from "../../store/port.ts";
import type { EdgeKind, FileNode, FilesNode } from "./graph.ts";

/** Something that is to be looked up next. */
export type Ref =
	| { readonly kind: "publication"; readonly publication: Publication }
	/** Of an object: where it was taken from and when, as far as that is known. */
	| {
			readonly kind: "object";
			readonly object: ObjectHash;
			readonly path: DataPath | null;
			readonly maker: AttemptId | null;
			readonly before: Instant | null;
			readonly copies?: Copies;
			readonly sensor?: Sensor | null;
			/** Published earlier than the publication of this number. */
			readonly beforeId?: number;
	  }
	| { readonly kind: "attempt"; readonly attempt: AttemptId }
	| {
			readonly kind: "outside";
			readonly node: FileNode | FilesNode;
			readonly stamps: readonly FileStamp[];
			readonly sensor: Sensor | null;
	  }
	| { readonly kind: "sensor"; readonly sensor: Sensor };

/** Files from outside that were copied, because they are many. */
export interface Copies {
	readonly of: DataPath;
	readonly files: number;
}

export interface Sensor {
	readonly run: RunId;
	readonly task: TaskName;
	readonly waitedFor: string;
}

/** Why something is as it is: an edge, and where it leads. */
export interface Cause {
	readonly how: EdgeKind;
	readonly input: string | null;
	readonly ref: Ref;
}

/** What the publication holds was brought here by a promotion, or computed. `origin`: where its maker published it. */
export function causesOfPublication(
	{ id, attempt, object, maker, how }: Publication,
	plan: Plan | null,
	origin: DataPath | null,
): readonly Cause[] {
	const ref = { kind: "attempt", attempt: maker } as const;
	const made: Cause = { how: "made-by", input: null, ref };
	if (how !== "promoted" && how !== "rolled-back") return [made];
	const work = taskOfPlan(plan, taskIn(attempt))?.work;
	const named = work?.kind === "promote" ? pathOf(work.from, plan) : null;
	const path = named ?? origin;
	if (path === null) return [made];
	return [
		{
			how: "promoted-from",
			input: null,
			ref: { kind: "object", object, path, maker, before: null, beforeId: id },
		},
	];
}

/** Where a promotion took it from; null when it named the object itself, or that is known only to the run. */
function pathOf(from: PromoteWork["from"], plan: Plan | null): DataPath | null {
	switch (from.from) {
		case "object":
		case "sensor":
			return null;
		case "path":
			return typeof from.path === "string" ? (from.path as DataPath) : null;
		case "output": {
			const work = taskOfPlan(plan, from.task)?.work;
			if (work?.kind === "promote") return work.to;
			return work?.kind === "container"
				? (work.out[from.output] ?? null)
				: null;
		}
	}
}

/** What the attempt took as inputs. `at`: when it was prepared, at the latest. */
export function causesOfAttempt(
	recipe: Recipe,
	{ run, plan, task, at }: Taken,
): readonly Cause[] {
	return Object.entries(recipe.in).map(([input, ingredient]) => ({
		how: "took",
		input,
		ref: refOf(ingredient, at, sensorOf(input, { run, plan, task })),
	}));
}

interface Taken extends Whose {
	readonly at: Instant | null;
}

interface Whose {
	readonly run: RunId;
	readonly plan: Plan | null;
	readonly task: Task | undefined;
}

function refOf(
	{ source, contents }: Ingredient,
	before: Instant | null,
	sensor: Sensor | null,
): Ref {
	switch (source.kind) {
		case "object":
			return {
				kind: "object",
				object: source.object,
				path: publishedPath(source.path, source.inside),
				maker: source.maker ?? null,
				before,
				...(source.copies && { copies: source.copies, sensor }),
			};
		case "file": {
			const { path, size: bytes } = source.file;
			// The contents of a file say that it is one, and whether it is executable.
			const sha256 = contents.replace(/^[fx]-/, "");
			const id = `file:${sha256}:${path}`;
			const node = { kind: "file", id, path, bytes, sha256 } as const;
			return { kind: "outside", node, stamps: [source.file], sensor };
		}
		case "files":
			return {
				kind: "outside",
				node: filesNode(source.files, contents),
				stamps: source.files,
				sensor,
			};
	}
}

/** Of a part of an object, the path that the object was published at. */
function publishedPath(
	path: DataPath | undefined,
	inside: string | null,
): DataPath | null {
	if (path === undefined) return null;
	if (inside === null) return path;
	return path.endsWith(`/${inside}`)
		? (path.slice(0, -inside.length - 1) as DataPath)
		: null;
}

const filesNode = (
	files: readonly FileStamp[],
	contents: string,
): FilesNode => ({
	kind: "files",
	id: `files:${contents}:${files[0]?.path ?? ""}`,
	contents,
	files: files.map(({ path, size }) => ({ path, bytes: size, sha256: null })),
});

/** The sensor whose files the input is, if one waited for them. */
function sensorOf(input: string, { run, plan, task }: Whose): Sensor | null {
	if (task?.work.kind !== "container") return null;
	const from = task.work.in[input];
	if (from?.from !== "sensor") return null;
	const work = taskOfPlan(plan, from.task)?.work;
	if (work?.kind !== "files" && work?.kind !== "publication") return null;
	const waitedFor = work.kind === "files" ? work.in : work.path;
	return { run, task: from.task, waitedFor };
}

export const taskOfPlan = (plan: Plan | null, name: string): Task | undefined =>
	plan?.tasks.find((task) => task.name === name);

/** The task's name in the id of an attempt. */
const taskIn = (attempt: AttemptId): string => attempt.split("/").at(-2) ?? "";
