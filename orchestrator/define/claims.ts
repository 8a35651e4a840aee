/** Who publishes where: two paths that are equal or lie in one another cannot both be published. */
export class Claims<Owner> {
	readonly #owners = new Map<string, Owner>();
	/** Folders that have a claimed path below them, with one such path. */
	readonly #above = new Map<string, string>();

	/** Claim the path; or the claim that is in its way, and nothing is changed. */
	add(path: string, owner: Owner): Claim<Owner> | null {
		const folders = foldersAbove(path);
		const below = this.#above.get(path);
		const other = [path, ...folders, ...(below === undefined ? [] : [below])];
		for (const candidate of other) {
			const claimed = this.#owners.get(candidate);
			if (claimed !== undefined) return { path: candidate, owner: claimed };
		}
		this.#owners.set(path, owner);
		for (const folder of folders) this.#above.set(folder, path);
		return null;
	}
}

/** A path and whoever publishes it. */
export interface Claim<Owner> {
	readonly path: string;
	readonly owner: Owner;
}

function foldersAbove(path: string): string[] {
	const parts = path.split("/");
	return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}
