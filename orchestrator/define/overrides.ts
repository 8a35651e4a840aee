import type { Json, Named } from "../model/words.ts";
import { AuthorError } from "./author-error.ts";
import type { Keys } from "./config/node.ts";

/** What a person said about the params, in order: `--set model.C=0.1`, `+model.extra=1`, `++…`, `~model.C`. */
export interface Override {
	/** `set` what is there; `add` what is not; `force`: one or the other; `remove`. */
	readonly op: "set" | "add" | "force" | "remove";
	/** `model.C`, or a group: `model/optimizer`, `model@second`. */
	readonly key: string;
	/** A word from the command line, or JSON; null where `remove` was given none. */
	readonly value: Json;
	/** As it was given: `--set model.C=0.1`. */
	readonly from: string;
}

/** One that chooses the file of a group. */
export interface GroupOverride extends Omit<Override, "value"> {
	/** Null for none. */
	readonly option: string | null | readonly string[];
}

/** The params of a request, `{ "+model.extra": "1" }`, as what they ask for. */
export function readOverrides(given: Named<Json>): readonly Override[] {
	return Object.entries(given).map(([name, value]) => {
		const [, sign = "", key = ""] = /^(\+\+|\+|~)?(.*)$/s.exec(name) ?? [];
		const op = OPS[sign] ?? "set";
		const from = `--set ${name}${op === "remove" && value === "" ? "" : `=${shown(value)}`}`;
		if (!NAME.test(key))
			throw new AuthorError(
				`"${name}" is no name for a param. Write --set model.C=0.1 for a value, with + before it to add one and ~ to take one away.`,
			);
		return {
			op,
			key,
			value: op === "remove" && value === "" ? null : value,
			from,
		};
	});
}

/** `model.C` and `sizes[0]` as keys. */
export const keysOfName = (name: string): Keys =>
	name.replace(/\[(\w+)\]/g, ".$1").split(".");

const OPS: Named<Override["op"]> = { "+": "add", "++": "force", "~": "remove" };

const NAME = /^\w[\w.[\]/-]*(@\w[\w.]*)?$/;

const shown = (value: Json): string =>
	typeof value === "string" ? value : JSON.stringify(value);
