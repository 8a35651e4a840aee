import type { Garbage } from "../garbage-port.ts";
import type { garbageKeeper } from "./garbage.ts";
import type { Transactions } from "./transactions.ts";

/** What the tables say about garbage, each in a transaction of its own. */
export const garbageStore = (
	keeper: ReturnType<typeof garbageKeeper>,
	transactions: Pick<Transactions, "read" | "write" | "lastingly">,
): Garbage => ({
	condemn: (wish) =>
		wish.isDry
			? transactions.read(() => keeper.condemn(wish))
			: transactions.lastingly("what is condemned", () => keeper.condemn(wish)),
	fateOf: (object) => transactions.read(() => keeper.fateOf(object)),
	isNeeded: (object) => transactions.read(() => keeper.isNeeded(object)),
	pardon: (object) => transactions.write("pardon", () => keeper.pardon(object)),
	forgetObject: (object) =>
		transactions.write("what is forgotten", () => keeper.forgetObject(object)),
});
