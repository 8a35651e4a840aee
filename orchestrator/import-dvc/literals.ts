import type { Json } from "../model/words.ts";
import { isObject } from "./stage.ts";

/** A string as TypeScript, whatever it holds. */
export const quote = (text: string): string =>
	JSON.stringify(text)
		.replaceAll("\u2028", "\\u2028")
		.replaceAll("\u2029", "\\u2029");

/** Text and expressions as one string: a plain literal when all is text, else a template. */
export function textOf(
	parts: readonly (string | { readonly code: string })[],
): string {
	if (parts.every((part) => typeof part === "string"))
		return quote(parts.join(""));
	const inner = parts.map((part) =>
		typeof part === "string" ? inTemplate(part) : `\${${part.code}}`,
	);
	return `\`${inner.join("")}\``;
}

const inTemplate = (text: string): string =>
	quote(text)
		.slice(1, -1)
		.replaceAll('\\"', '"')
		.replaceAll("`", "\\`")
		.replaceAll("${", "\\${");

/** A key of an object, quoted only when it must be. */
export function keyOf(name: string): string {
	if (name === "__proto__") return '["__proto__"]';
	return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}

/** How a value's member is reached. */
export const member = (name: string): string =>
	/^[A-Za-z_$][\w$]*$/.test(name)
		? `.${name}`
		: /^\d+$/.test(name)
			? `[${name}]`
			: `[${quote(name)}]`;

export function jsonOf(value: Json): string {
	if (typeof value === "string") return quote(value);
	if (Array.isArray(value)) return `[${value.map(jsonOf).join(", ")}]`;
	if (!isObject(value)) return JSON.stringify(value);
	return objectOf(
		Object.entries(value).map(([key, one]) => [key, jsonOf(one)] as const),
	);
}

/** An object on one line, of code. */
export const objectOf = (
	entries: readonly (readonly [string, string])[],
): string =>
	entries.length === 0
		? "{}"
		: `{ ${entries.map(([key, code]) => (key === code ? key : `${keyOf(key)}: ${code}`)).join(", ")} }`;

/** Text for a comment: on one line, and unable to end it. */
export const commentOf = (text: string): string =>
	text
		.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, " ")
		.replaceAll("*/", "* /")
		.trim();
