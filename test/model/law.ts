import type { Journal } from "./world.ts";

/** Says what it found that should not be; null when all is well. Its name is its sentence. */
export type Law<Case> = (seen: Case) => string | null;

/** Throws the first law that is broken, what was found, and how it came to that. */
export function obey<Case>(
	laws: readonly Law<Case>[],
	seen: Case,
	journal: Journal,
): void {
	for (const law of laws) {
		const found = law(seen);
		if (found !== null) throw new Error(brokenLaw(law.name, found, journal));
	}
}

export const brokenLaw = (
	name: string,
	found: string,
	journal: Journal,
): string =>
	`A law is broken: ${inWords(name)}. Found: ${found}\n${[...pastOf(journal)]
		.reverse()
		.map(({ event, now }) => `  ${now} ${JSON.stringify(event)}`)
		.join("\n")}`;

/** The newest first. */
export function* pastOf(journal: Journal): Generator<NonNullable<Journal>> {
	for (let link = journal; link !== null; link = link.before) yield link;
}

// aFinishedTaskNeverMoves → "a finished task never moves"
const inWords = (name: string): string =>
	name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** The first of these that does not hold, in words. */
export function firstOf<Item>(
	items: Iterable<Item>,
	isWrong: (item: Item) => boolean,
): string | null {
	for (const item of items) if (isWrong(item)) return JSON.stringify(item);
	return null;
}
