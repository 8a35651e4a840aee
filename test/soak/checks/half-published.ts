import { readdir, readFile, readlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { hashTree } from "../../../orchestrator/artifacts/hash-pool.ts";
import { attemptId } from "../../../orchestrator/model/names.ts";
import type { Publication } from "../../../orchestrator/store/port.ts";
import type { Evidence } from "../evidence.ts";
import type { Violation } from "./violation.ts";

/** What is published is whole, is all of one successful attempt, and can be seen at its path; and nothing else is. */
export async function findHalfPublished(
	evidence: Evidence,
): Promise<readonly Violation[]> {
	const { data, publications } = evidence;
	const succeeded = outputsOf(evidence);
	const faults: Violation[] = [];
	const add = (what: string, seen: string | null): void => {
		if (seen !== null) faults.push({ kind: "half-published", what, seen });
	};
	for (const one of publications) {
		add(nameOf(one), await faultIn(data, one));
		if (!succeeded.has(nameOf(one)))
			add(nameOf(one), "its attempt did not succeed with such an output");
	}
	const there = new Set(publications.map(nameOf));
	for (const name of succeeded)
		if (!there.has(name)) add(name, "its attempt succeeded without it");
	for (const one of newestOf(publications))
		add(one.path, await faultOfLink(data, one));
	for (const object of await strayObjects(data, publications))
		add(object, "the object belongs to no publication");
	return faults;
}

const nameOf = ({ path, object, attempt }: Publication): string =>
	`${path} = ${object.slice(0, 12)} by ${attempt}`;

/** What the journal says that was published. */
function outputsOf({ runs }: Evidence): ReadonlySet<string> {
	const names = runs.flatMap((run) =>
		run.tasks.flatMap(({ name, state }) => {
			if (state.status !== "succeeded" || state.by.kind !== "attempt")
				return [];
			const attempt = attemptId(run.id, name, state.by.attempt);
			return Object.values(state.value.outputs).map(({ path, object }) =>
				nameOf({ path, object, attempt } as Publication),
			);
		}),
	);
	return new Set(names);
}

async function faultIn(
	data: string,
	{ object, attempt }: Publication,
): Promise<string | null> {
	const folder = join(data, ".berth/objects", object);
	const names = await readdir(folder).catch(() => null);
	if (names === null) return "its object is not there";
	const tree = await hashTree(folder, new AbortController().signal);
	if (tree.kind === "fault") return tree.message;
	if (tree.hash !== object) return `its contents hash to ${tree.hash}`;
	return strangeContents(folder, names, attempt);
}

/** The tasks say in each file whose it is, and how many there are. */
async function strangeContents(
	folder: string,
	names: readonly string[],
	attempt: string,
): Promise<string | null> {
	const parts = names.filter((name) => name.startsWith("part-"));
	const promised = await readFile(join(folder, "parts"), "utf8").catch(
		() => "none",
	);
	if (Number(promised) !== parts.length)
		return `it has ${parts.length} parts of ${promised.trim()}`;
	for (const part of parts) {
		const by = (await readFile(join(folder, part), "utf8")).trim();
		if (by.replaceAll(" ", "/") !== attempt) return `${part} is by ${by}`;
	}
	return null;
}

/** A history is newest first. */
function newestOf(publications: readonly Publication[]): Publication[] {
	const newest = new Map<string, Publication>();
	for (const one of publications)
		if (!newest.has(one.path)) newest.set(one.path, one);
	return [...newest.values()];
}

async function faultOfLink(
	data: string,
	{ path, object }: Publication,
): Promise<string | null> {
	const target = await readlink(join(data, path)).catch(() => null);
	if (target === null) return "there is no symlink at its path";
	return basename(target) === object
		? null
		: `its symlink shows ${basename(target)} instead of ${object}`;
}

async function strayObjects(
	data: string,
	publications: readonly Publication[],
): Promise<readonly string[]> {
	const known = new Set<string>(publications.map(({ object }) => object));
	const names = await readdir(join(data, ".berth/objects")).catch(() => []);
	return names.filter((name) => !known.has(name));
}
