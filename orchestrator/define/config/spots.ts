import type { Default, GroupDefault } from "./config-file.ts";

/** Where a file stands: in which folder of the config folder, and where in the config its contents belong. */
export interface Spot {
	/** `model`; the root is "". */
	readonly dir: string;
	/** `model.optimizer`; the root is "". */
	readonly package: string;
}

type Entry = Exclude<Default, { kind: "self" }>;

/** The path from the root of the config folder: names are relative to the file that they stand in, except behind a slash. */
export function pathOf(path: string, { dir }: Spot): string {
	if (path.startsWith("/")) return path.slice(1);
	return dir === "" ? path : `${dir}/${path}`;
}

export const fileOf = (entry: GroupDefault, name: string, spot: Spot): string =>
	`${pathOf(entry.group, spot)}/${name}`;

/** What a choice is called by those who override it: its group, and its package where that is not the group's own. */
export function keyOf(entry: GroupDefault, spot: Spot): string {
	const group = pathOf(entry.group, spot);
	const place = packageOf(entry, spot, null);
	return place === group.replaceAll("/", ".")
		? group
		: `${group}@${place === "" ? "_global_" : place}`;
}

/** Where the contents of an entry's file belong: below the package of the file that names it, as its folder is named; or where either file says. */
export function packageOf(
	entry: Entry,
	spot: Spot,
	header: string | null,
): string {
	if (entry.package !== null) return placed(entry, entry.package, spot);
	if (header !== null) return header;
	const folders =
		entry.kind === "group"
			? entry.group
			: entry.path.split("/").slice(0, -1).join("/");
	return joined(spot.package, folders.replace(/^\//, "").replaceAll("/", "."));
}

function placed(entry: Entry, name: string, spot: Spot): string {
	if (name === "_here_") return spot.package;
	const [, absolute] = /^_global_\.?(.*)$/.exec(name) ?? [];
	if (absolute !== undefined) return absolute;
	if (name !== "_group_") return joined(spot.package, name);
	return pathOf(
		entry.kind === "group" ? entry.group : entry.path,
		spot,
	).replaceAll("/", ".");
}

const joined = (above: string, name: string): string =>
	[above, name].filter((part) => part !== "").join(".");
