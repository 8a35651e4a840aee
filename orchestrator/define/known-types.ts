import type { z } from "zod";
import type { Shape } from "./authoring.ts";
import type { Keys } from "./config/node.ts";

/** The zod types that a value under these keys may have; none when no type knows the keys. */
export function typesAt(
	shape: Shape,
	[name = "", ...keys]: Keys,
): readonly z.ZodType[] {
	const top = Object.hasOwn(shape, name) ? shape[name] : undefined;
	return keys.reduce<z.ZodType[]>(
		(types, key) => types.flatMap((type) => below(type, key)),
		top ? [top] : [],
	);
}

/** The keys that types name directly below these. */
export function knownKeys(shape: Shape, keys: Keys): readonly string[] {
	if (keys.length === 0) return Object.keys(shape);
	return typesAt(shape, keys)
		.flatMap(members)
		.flatMap((type) => Object.keys(definitionOf(type).shape ?? {}));
}

/** Does the type say nothing of what a value is? */
export const takesAnything = (type: z.ZodType): boolean =>
	members(type).every((one) => ["any", "unknown"].includes(one.type));

/** The first key of a value that its type would silently leave out, with those that the type knows there. */
export function strangerIn(
	type: z.ZodType,
	value: unknown,
	keys: Keys,
): Stranger | null {
	if (typeof value !== "object" || value === null) return null;
	const taken = members(type).find((one) => one.safeParse(value).success);
	if (!taken) return null;
	const { shape, catchall } = definitionOf(taken);
	for (const [key, inside] of Object.entries(value)) {
		const path = [...keys, key];
		if (shape && !Object.hasOwn(shape, key) && !catchall)
			return { keys: path, known: Object.keys(shape) };
		for (const inner of below(taken, key)) {
			const stranger = strangerIn(inner, inside, path);
			if (stranger) return stranger;
		}
	}
	return null;
}

interface Stranger {
	readonly keys: Keys;
	readonly known: readonly string[];
}

/** The parts of zod's definitions of types that matter here. */
interface Definition {
	readonly type: string;
	readonly innerType?: z.ZodType;
	readonly shape?: Shape;
	readonly catchall?: z.ZodType;
	readonly options?: readonly z.ZodType[];
	readonly valueType?: z.ZodType;
	readonly element?: z.ZodType;
	readonly items?: readonly z.ZodType[];
	readonly getter?: () => z.ZodType;
	readonly in?: z.ZodType;
}

const definitionOf = (type: z.ZodType): Definition =>
	type._zod.def as unknown as Definition;

/** The type without what only wraps it, and each alternative of a union. */
function members(type: z.ZodType): z.ZodType[] {
	const {
		type: kind,
		innerType,
		options,
		getter,
		in: first,
	} = definitionOf(type);
	switch (kind) {
		case "optional":
		case "nullable":
		case "default":
		case "prefault":
		case "nonoptional":
		case "readonly":
		case "catch":
			return innerType ? members(innerType) : [];
		case "union":
			return (options ?? []).flatMap(members);
		case "lazy":
			return getter ? members(getter()) : [];
		case "pipe":
			return first ? members(first) : [];
		default:
			return [type];
	}
}

function below(type: z.ZodType, key: string): z.ZodType[] {
	return members(type).flatMap((member) => {
		const { shape, catchall, valueType, element, items } = definitionOf(member);
		const own = shape && Object.hasOwn(shape, key) ? shape[key] : undefined;
		const inner =
			own ?? catchall ?? valueType ?? element ?? items?.[Number(key)];
		return inner && definitionOf(inner).type !== "never" ? [inner] : [];
	});
}
