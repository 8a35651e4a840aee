import type { Json } from "../model/words.ts";

/** Can JSON hold the value as it is? */
export function isJson(value: unknown): value is Json {
	if (value === null || typeof value === "string" || typeof value === "boolean")
		return true;
	if (typeof value === "number") return Number.isFinite(value);
	if (Array.isArray(value)) return value.every(isJson);
	const isPlain =
		typeof value === "object" &&
		Object.getPrototypeOf(value) === Object.prototype;
	return isPlain && Object.values(value).every(isJson);
}
