import {
	type Artifacts,
	type ContentFile,
	isProblem,
} from "../artifacts/port.ts";
import { fileChanges } from "../model/file-changes.ts";
import { metricChanges, paramChanges } from "../model/side-by-side.ts";
import { type ObjectHash, own } from "../model/words.ts";
import { Refused } from "./berth.ts";
import { type Side, type SideStore, sideOf } from "./diff-side.ts";
import type { DiffView, FileDiff, SideView } from "./explaining.ts";

/** Two artifacts, tasks or runs side by side: their files, the metrics that came out, the params that differ. */
export async function diff(
	parts: DiffParts,
	before: string,
	after: string,
): Promise<DiffView> {
	const a = await sideOf(parts.store, before);
	const b = await sideOf(parts.store, after);
	if ((a.kind === "run") !== (b.kind === "run"))
		throw new Refused(
			"invalid",
			`A whole run compares only with another one; "${a.name}" and "${b.name}" are not alike. Name a task of it: <run>/<task>.`,
		);
	const { files, problems } = await filesOf(parts, alike(a, b), alike(b, a));
	return {
		a: sideView(a),
		b: sideView(b),
		isSame: problems.length === 0 && files.length === 0,
		files,
		problems,
		metrics: metricChanges(a.metrics, b.metrics),
		params: paramChanges(a.params, b.params),
	};
}

export interface DiffParts {
	readonly store: SideStore;
	readonly artifacts: Pick<Artifacts, "filesOf">;
	readonly signal: AbortSignal;
}

/** A task's only output against an artifact: both are one folder. */
function alike(one: Side, other: Side): Side["objects"] {
	const [[, object] = []] = Object.entries(one.objects);
	const isOnly = Object.keys(one.objects).length === 1;
	return other.kind === "artifact" && one.kind === "task" && isOnly && object
		? { "": object }
		: one.objects;
}

const sideView = ({ metrics, params, ...rest }: Side): SideView => rest;

/** Folders of one name are compared file by file; one that only one side has is added or removed with all its files. */
async function filesOf(
	{ artifacts, signal }: DiffParts,
	a: Side["objects"],
	b: Side["objects"],
): Promise<{ files: FileDiff[]; problems: string[] }> {
	const files: FileDiff[] = [];
	const problems: string[] = [];
	const list = async (object: ObjectHash | undefined) => {
		if (object === undefined) return [];
		const source = { kind: "object", object, inside: null } as const;
		const found = await artifacts.filesOf(source, signal);
		if (!isProblem(found)) return found;
		problems.push(found.message);
		return null;
	};
	for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
		const [before, after] = [own(a, name), own(b, name)];
		if (before === after) continue;
		const [was, is] = [await list(before), await list(after)];
		if (was && is) files.push(...changes(name, was, is));
	}
	return { files, problems };
}

function changes(
	folder: string,
	was: readonly ContentFile[],
	is: readonly ContentFile[],
): FileDiff[] {
	const [before, after] = [sizesOf(was), sizesOf(is)];
	const found = fileChanges(was, is);
	return (["added", "removed", "changed"] as const)
		.flatMap((change) => found[change].map((path) => ({ path, change })))
		.toSorted((a, b) => (a.path < b.path ? -1 : 1))
		.map(({ path, change }) => ({
			path: folder === "" ? path : `${folder}/${path}`,
			change,
			before: before.get(path) ?? null,
			after: after.get(path) ?? null,
		}));
}

const sizesOf = (files: readonly ContentFile[]): ReadonlyMap<string, number> =>
	new Map(files.map(({ path, bytes }) => [path, bytes]));
