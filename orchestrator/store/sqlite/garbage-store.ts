import type { Garbage } from "../garbage-port.ts";
import type { garbageKeeper } from "./garbage.ts";

/** What the tables say about garbage, each in a transaction of its own. */
export const garbageStore = (
	keeper: ReturnType<typeof garbageKeeper>,
	{ read, write, lastingly }: Transactions,
): Garbage => ({
	condemn: (wish) =>
		wish.isDry
			? read(() => keeper.condemn(wish))
			: lastingly("what is condemned", () => keeper.condemn(wish)),
	fateOf: (object) => read(() => keeper.fateOf(object)),
	isNeeded: (object) => read(() => keeper.isNeeded(object)),
	pardon: (object) => write("pardon", () => keeper.pardon(object)),
	forgetObject: (object) =>
		write("what is forgotten", () => keeper.forgetObject(object)),
});

interface Transactions {
	readonly read: <T>(work: () => T) => Promise<T>;
	readonly write: <T>(what: string, work: () => T) => Promise<T>;
	readonly lastingly: <T>(what: string, work: () => T) => Promise<T>;
}
