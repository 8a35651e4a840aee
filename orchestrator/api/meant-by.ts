import { didYouMean } from "../define/nearest.ts";
import { few } from "../model/few.ts";

/** What a person may have meant by a path where nothing is: what is published below it, or a path that is called almost the same. Begins with a space, or is empty. */
export function meantBy(
	words: string,
	published: readonly { readonly path: string }[],
): string {
	const path = words.replace(/\/+$/, "");
	const all = published.map((one) => one.path);
	const below = all.filter((one) => one.startsWith(`${path}/`));
	if (below.length > 0) return ` Below it there is ${few(below, 3)}.`;
	const others = all.filter((one) => shapeOf(one) !== shapeOf(path));
	return didYouMean(path, others.slice(0, MOST));
}

/** Another day or number is no slip of the pen. */
const shapeOf = (path: string): string => path.replace(/\d/g, "0");

/** To look at more takes too long. */
const MOST = 5_000;
