import { BERTH_FOLDER } from "../model/data-path.ts";
import { few } from "../model/few.ts";
import { inWords } from "../model/messages.ts";
import type { FilesWork } from "../model/plan.ts";
import type { FileStamp } from "../model/task-state.ts";
import type { Instant } from "../model/words.ts";
import type { Memory, Quiet } from "./quiet.ts";

/** Why files that are there cannot be taken yet, and when time alone may change that. */
export interface Incomplete {
	readonly note: string;
	readonly due: Instant;
}

/** Are these files complete? Published ones are; those from outside have to be left alone, and be old enough. Null when they are. */
export function incomplete(
	{ settledMs, minAgeMs }: Pick<FilesWork, "settledMs" | "minAgeMs">,
	memory: Memory,
	now: Instant,
): Incomplete | null {
	const outside = [...memory.values()].filter(({ file }) => isOutside(file));
	const stirring = outside.filter(({ since }) => now - since < settledMs);
	if (stirring.length > 0)
		return {
			note: stirringNote(stirring, settledMs),
			due: latest(stirring.map(({ since }) => since + settledMs)),
		};
	const young = outside.filter(({ file }) => now - file.mtimeMs < minAgeMs);
	// Another machine's clock may be ahead of ours: no age asked for is none.
	if (minAgeMs > 0 && young.length > 0)
		return {
			note: `waiting until ${namesOf(young)} ${isOrAre(young)} ${inWords(minAgeMs)} old`,
			due: latest(young.map(({ file }) => file.mtimeMs + minAgeMs)),
		};
	return null;
}

const isOutside = ({ path }: FileStamp): boolean =>
	!path.startsWith(`${BERTH_FOLDER}/`);

function stirringNote(files: readonly Quiet[], settledMs: number): string {
	const growing = files.filter(({ seen }) => seen === "growing");
	if (growing.length > 0)
		return `${namesOf(growing)} ${isOrAre(growing)} still growing`;
	const changing = files.filter(({ seen }) => seen === "changing");
	if (changing.length > 0)
		return `${namesOf(changing)} ${isOrAre(changing)} still changing`;
	return `waiting until ${namesOf(files)} ${files.length === 1 ? "has" : "have"} been left alone for ${inWords(settledMs)}`;
}

const isOrAre = (files: readonly unknown[]): string =>
	files.length === 1 ? "is" : "are";

const namesOf = (files: readonly Quiet[]): string =>
	few(
		files.map(({ file }) => file.as),
		3,
	);

/** Rounded up, since files' times have fractions and clocks have not. */
const latest = (times: readonly number[]): Instant =>
	Math.ceil(Math.max(...times)) as Instant;
