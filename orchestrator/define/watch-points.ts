import { lstatSync, type Stats } from "node:fs";
import { join, parse, resolve, sep } from "node:path";

/** A folder to watch for one name in it. */
export interface WatchPoint {
	readonly folder: string;
	readonly name: string;
}

/** Where a folder can be made, or exchanged for another: above itself, where a link on the way to it lies, and where the way ends because the rest is missing. */
export function watchPointsOf(path: string): readonly WatchPoint[] {
	const points: WatchPoint[] = [];
	const whole = resolve(path);
	let folder = parse(whole).root;
	for (const name of whole.slice(folder.length).split(sep)) {
		const place = join(folder, name);
		const found = statsOf(place);
		if (place === whole || !found || found.isSymbolicLink())
			points.push({ folder, name });
		if (!found) break;
		folder = place;
	}
	return points;
}

function statsOf(place: string): Stats | null {
	try {
		return lstatSync(place);
	} catch {
		return null;
	}
}
