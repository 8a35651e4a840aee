import type { Database } from "better-sqlite3";
import type { Garbage, Going, Look } from "../garbage-port.ts";
import { garbageKeeper } from "./garbage.ts";
import type { Seen } from "./garbage-look.ts";
import { lookBeside } from "./garbage-thread.ts";
import type { Transactions } from "./transactions.ts";
import { usedSince } from "./used-since.ts";

/** What the tables say about garbage: a look at all of them beside everything else, and short transactions. */
export function garbageStore(
	sqlite: Database,
	transactions: Transactions,
): Garbage {
	const keeper = garbageKeeper(sqlite);
	return {
		look: async (wish, signal) =>
			lookAt(
				await transactions.beside(() => lookBeside(sqlite.name, wish, signal)),
			),
		fateOf: (object) => transactions.read(() => keeper.fateOf(object)),
		pardon: (object) =>
			transactions.write("pardon", () => keeper.pardon(object)),
		forgetObject: (object) =>
			transactions.write("what is forgotten", () =>
				keeper.forgetObject(object),
			),
		durable: () => transactions.durable(),
	};

	function lookAt({ moment, parts, ...seen }: Seen): Look {
		const used = usedSince(sqlite, moment);
		return {
			...seen,
			goes: () => decoded(parts),
			condemn: (objects, now) =>
				transactions.write("what is condemned", () => {
					const going = new Set(objects).difference(used());
					keeper.condemn([...going], now);
					return going;
				}),
			isNeeded: (object) =>
				transactions.read(
					() =>
						keeper.fateOf(object) === "there" ||
						seen.needed.has(object) ||
						used().has(object),
				),
		};
	}
}

function* decoded(parts: Seen["parts"]): Generator<readonly Going[]> {
	const decoder = new TextDecoder();
	for (const part of parts)
		yield JSON.parse(decoder.decode(part)) as readonly Going[];
}
