import type { Json } from "../model/words.ts";
import { isObject, type ParamPlace, valueAt } from "./stage.ts";

/** The values that templates such as `${train.lr}` can name. */
export class Context {
	readonly #sources: readonly Source[];

	constructor(sources: readonly Source[] = []) {
		this.#sources = sources;
	}

	/** With more values; the newest go before the older. */
	with(...sources: readonly Source[]): Context {
		return new Context([...sources, ...this.#sources]);
	}

	/** What the words of a template mean, or undefined. */
	find(words: string): Found | undefined {
		const path = words
			.replaceAll("[", ".")
			.replaceAll("]", "")
			.split(".")
			.map((key) => key.trim());
		const found = this.#sources.flatMap(({ file, value }) => {
			const inner = valueAt(value, path);
			return inner === undefined ? [] : [{ file, value: inner }];
		});
		const [first] = found;
		if (!first) return undefined;
		const merged = found.reduceRight<Json>(
			(sofar, { value }) => merge(sofar, value),
			first.value,
		);
		const places = found
			.slice(0, isObject(merged) ? found.length : 1)
			.flatMap(({ file }) => (file === null ? [] : [{ file, path }]));
		return { value: merged, places };
	}
}

/** Values of a params file, or with `null` those that dvc.yaml gives itself. */
export interface Source {
	readonly file: string | null;
	readonly value: Json;
}

/** A value, and which params it comes from. */
export interface Found {
	readonly value: Json;
	readonly places: readonly ParamPlace[];
}

function merge(under: Json, over: Json): Json {
	if (!isObject(under) || !isObject(over)) return over;
	const keys = [...new Set([...Object.keys(under), ...Object.keys(over)])];
	return Object.fromEntries(
		keys.map((key) => {
			const [a, b] = [under[key], over[key]];
			return [
				key,
				a === undefined ? (b ?? null) : b === undefined ? a : merge(a, b),
			];
		}),
	);
}
