import { lstat, opendir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { BERTH_FOLDER } from "../model/data-path.ts";
import type { DataPath } from "../model/words.ts";
import type { Publication, Publications } from "../store/port.ts";
import { codeOf, ifThere } from "./error-code.ts";
import { Places, type User } from "./places.ts";
import { Projection } from "./projection.ts";
import { isOurLink } from "./published-link.ts";

/** After the publications were replaced: bring every symlink of berth's in line with them. Objects are left as they are. */
export async function followPublications(parts: {
	/** The data directory, absolute. */
	readonly data: string;
	readonly publications: Publications;
	readonly user: User;
}): Promise<Followed> {
	const { data, publications, user } = parts;
	const places = new Places(data, user, process.getuid?.() === 0);
	const removed: DataPath[] = [];
	for await (const path of links(places, ""))
		if ((await publications.newest(path)) === null) {
			await unlink(join(data, path));
			removed.push(path);
		}
	const projection = new Projection(places, publications);
	const problems = await projection.project(await publications.unprojected());
	return { removed, problems, missing: await missing(places, publications) };
}

export interface Followed {
	/** Links to what is not published any more. */
	readonly removed: readonly DataPath[];
	/** What could not be brought to its path, in sentences. */
	readonly problems: readonly string[];
	/** What is published and whose object is gone. */
	readonly missing: readonly Publication[];
}

/** Every symlink into the object store, wherever people can see it. */
async function* links(
	places: Places,
	folder: string,
): AsyncGenerator<DataPath> {
	for await (const entry of await entriesOf(join(places.data, folder))) {
		const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
		if (path === BERTH_FOLDER) continue;
		if (entry.isDirectory()) yield* links(places, path);
		else if (entry.isSymbolicLink() && (await isOurLink(places, path)))
			yield path as DataPath;
	}
}

/** People's folders may be closed to us, and go away while we look. */
async function entriesOf(folder: string) {
	try {
		return (await ifThere(opendir(folder))) ?? [];
	} catch (error) {
		if (codeOf(error) === "EACCES") return [];
		throw error;
	}
}

async function missing(
	places: Places,
	publications: Publications,
): Promise<Publication[]> {
	const gone: Publication[] = [];
	for (const publication of await publications.published(""))
		if (!(await ifThere(lstat(places.object(publication.object)))))
			gone.push(publication);
	return gone;
}
