import type { z } from "zod";
import type { Json, Named } from "../model/words.ts";
import { noParam } from "./apply-override.ts";
import { AuthorError } from "./author-error.ts";
import type { Shape } from "./authoring.ts";
import {
	at,
	type ConfigNode,
	jsonOf,
	type Keys,
	keysOf,
} from "./config/node.ts";
import { isJson } from "./is-json.ts";
import { strangerIn } from "./known-types.ts";

/** The params against their types, defaults filled in. What is wrong is told with its name, what it is, what was wanted, and where it was said. */
export function checkParams(shape: Shape, root: ConfigNode): Named<Json> {
	for (const name of keysOf(root))
		if (!Object.hasOwn(shape, name))
			throw noParam(name, Object.keys(shape), placeOf(root, [name]));
	const read = Object.entries(shape).map(([name, type]) => [
		name,
		checkParam(name, type, root),
	]);
	return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}

/** Refuses a value that a config leaves open: `C: ???`. */
export function refuseOpen(node: ConfigNode, keys: Keys = []): void {
	const inner =
		node.kind === "map"
			? [...node.entries]
			: node.kind === "list"
				? node.items.map((item, index) => [`${index}`, item] as const)
				: [];
	for (const [key, value] of inner) refuseOpen(value, [...keys, key]);
	if (node.kind === "leaf" && node.value === "???")
		throw new AuthorError(
			`param "${keys.join(".")}" is needed (${node.from}). Give it with --set ${keys.join(".")}=….`,
			{ missing: "param" },
		);
}

function checkParam(
	name: string,
	type: z.ZodType,
	root: ConfigNode,
): Json | undefined {
	const node = at(root, [name]);
	const given = node && jsonOf(node);
	const read = type.safeParse(given);
	if (!read.success) throw unfit(name, root, read.error.issues);
	const stranger = strangerIn(type, given, [name]);
	if (stranger) {
		const above = stranger.keys.slice(0, -1);
		const names = stranger.known.map((key) => [...above, key].join("."));
		const place = placeOf(root, stranger.keys);
		throw noParam(stranger.keys.join("."), names, place);
	}
	if (read.data === undefined || isJson(read.data)) return read.data;
	throw new AuthorError(
		`param "${name}" becomes a value that JSON cannot hold. Use strings, numbers, booleans, lists and objects, such as z.iso.date() for a date.`,
	);
}

function unfit(
	name: string,
	root: ConfigNode,
	issues: readonly z.core.$ZodIssue[],
): AuthorError {
	const wrong = issues.flatMap((issue) => {
		const inner = issue.code === "invalid_union" ? nearest(issue.errors) : [];
		return inner.length === 0
			? [issue]
			: inner.map(({ message, path }) => ({
					message,
					path: [...issue.path, ...path],
				}));
	});
	const sentences = wrong.map(({ message, path }) =>
		sentenceOf([name, ...path.map(String)], message, root),
	);
	const isAllMissing = wrong.every(
		({ path }) => !at(root, [name, ...path.map(String)]),
	);
	return new AuthorError(sentences.join(" "), {
		missing: isAllMissing ? "param" : null,
	});
}

/** Of the alternatives of a union, what is wrong with the one that fits best. */
function nearest(branches: Branches): Branches[number] {
	const depth = (branch: Branches[number]) =>
		Math.max(0, ...branch.map(({ path }) => path.length));
	const [best = []] = branches.toSorted(
		(a, b) => depth(b) - depth(a) || a.length - b.length,
	);
	return best;
}

type Branches = readonly (readonly z.core.$ZodIssue[])[];

function sentenceOf(keys: Keys, message: string, root: ConfigNode): string {
	const name = keys.join(".");
	const node = at(root, keys);
	const give = `Give it with --set ${name}=….`;
	return node
		? `param "${name}" cannot be ${JSON.stringify(jsonOf(node))}: ${message} (${node.from}). ${give}`
		: `param "${name}" is needed: ${message}. ${give}`;
}

/** Where the value was written, or what is nearest to it. */
function placeOf(root: ConfigNode, keys: Keys): string {
	return (at(root, keys) ?? root).from;
}
