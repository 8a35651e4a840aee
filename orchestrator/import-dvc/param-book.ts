import { jsonOf, keyOf, member, objectOf } from "./literals.ts";
import type { ParamFiles } from "./param-files.ts";
import { Leaf, put, type Shape, typeOf } from "./param-types.ts";
import { nameFor } from "./paths.ts";
import { isObject, type ParamPlace, valueAt } from "./stage.ts";

/** Which values of params files become params of the pipeline, and how the page names each value. */
export class ParamBook {
	readonly #files: ParamFiles;
	/** The file whose values are params under their own names; those of others are under the file's name. */
	readonly #main: string;
	readonly #used = new Map<string, Set<string>>();
	readonly #frozen = new Map<string, Set<string>>();

	constructor(files: ParamFiles, main: string) {
		this.#files = files;
		this.#main = main;
	}

	/** A stage reads it. */
	use(place: ParamPlace): void {
		for (const leaf of this.#leaves(place)) add(this.#used, place.file, leaf);
	}

	/** The pipeline's shape depends on it, so a run cannot be told another value. */
	freeze(place: ParamPlace): void {
		for (const leaf of this.#leaves(place)) add(this.#frozen, place.file, leaf);
	}

	/** The value as code: a param of the pipeline, or the value itself. */
	expression({ file, path }: ParamPlace): string {
		const value = valueAt(this.#files.get(file)?.value, path);
		if (!isObject(value)) {
			return this.isParam({ file, path })
				? `params${this.#way(file, path).map(member).join("")}`
				: jsonOf(value ?? null);
		}
		return objectOf(
			Object.keys(value).map((key) => [
				key,
				this.expression({ file, path: [...path, key] }),
			]),
		);
	}

	/** What a file holds for a stage that reads these places of it. */
	selection(file: string, paths: readonly (readonly string[])[]): string {
		return this.#select(file, [], paths);
	}

	/** The pipeline's option `params`, line by line; empty when it has none. */
	declaration(): readonly string[] {
		const shape = this.#shape();
		return Object.entries(shape).map(
			([name, inner]) => `${keyOf(name)}: ${typeOf(inner)},`,
		);
	}

	/** Frozen values that a stage reads as well, and values that nobody reads. */
	leftOut(): {
		readonly settled: readonly string[];
		readonly unused: readonly string[];
	} {
		const settled: string[] = [];
		const unused: string[] = [];
		for (const file of this.#files.files())
			for (const leaf of this.#leaves({ file, path: [] })) {
				const shown = `${file}: ${leaf.join(".")}`;
				if (this.#has(this.#frozen, file, leaf)) settled.push(shown);
				else if (
					!this.#isParam(file, leaf) &&
					!this.#has(this.#used, file, leaf)
				)
					unused.push(shown);
			}
		return { settled, unused };
	}

	/** Can a run be told another value? */
	isParam(place: ParamPlace): boolean {
		return this.#isParam(place.file, this.#leafOf(place));
	}

	/** Are the names of what is selected such as the option `params` of a task takes? */
	hasPlainNames(file: string, paths: readonly (readonly string[])[]): boolean {
		const value = this.#files.get(file)?.value;
		const all = isObject(value) ? Object.keys(value) : [];
		return paths
			.flatMap(([name]) => name ?? all)
			.every((name) => /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name));
	}

	#select(
		file: string,
		at: readonly string[],
		paths: readonly (readonly string[])[],
	): string {
		if (paths.some(({ length }) => length === 0))
			return this.expression({ file, path: at });
		const keys = [
			...new Set(paths.flatMap(([key]) => (key === undefined ? [] : [key]))),
		];
		if (!isObject(valueAt(this.#files.get(file)?.value, at)))
			return this.expression({ file, path: at });
		return objectOf(
			keys.map((key) => [
				key,
				this.#select(
					file,
					[...at, key],
					paths.flatMap(([first, ...rest]) => (first === key ? [rest] : [])),
				),
			]),
		);
	}

	#isParam(file: string, leaf: readonly string[]): boolean {
		const name = this.#way(file, leaf)[0] ?? "";
		return (
			/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) &&
			name !== "__proto__" &&
			this.#has(this.#used, file, leaf) &&
			!this.#has(this.#frozen, file, leaf)
		);
	}

	#has(
		marks: Map<string, Set<string>>,
		file: string,
		leaf: readonly string[],
	): boolean {
		return marks.get(file)?.has(JSON.stringify(leaf)) ?? false;
	}

	/** Where the value is in `params`. */
	#way(file: string, path: readonly string[]): readonly string[] {
		return file === this.#main ? path : [this.#group(file), ...path];
	}

	#group(file: string): string {
		const main = this.#files.get(this.#main)?.value;
		const taken = new Set(isObject(main) ? Object.keys(main) : []);
		for (const other of this.#files.files()) {
			if (other === this.#main) continue;
			const name = nameFor(other, taken);
			if (other === file) return name;
			taken.add(name);
		}
		return nameFor(file, taken);
	}

	/** The values below a place that are no dictionaries. */
	#leaves(place: ParamPlace): readonly (readonly string[])[] {
		const { file, path } = place;
		const value = valueAt(this.#files.get(file)?.value, path);
		if (!isObject(value)) return [this.#leafOf(place)];
		return Object.keys(value).flatMap((key) =>
			this.#leaves({ file, path: [...path, key] }),
		);
	}

	/** A place inside a list is the list. */
	#leafOf({ file, path }: ParamPlace): readonly string[] {
		const value = this.#files.get(file)?.value;
		const end = path.findIndex((_, index) =>
			Array.isArray(valueAt(value, path.slice(0, index))),
		);
		return end < 0 ? path : path.slice(0, end);
	}

	#shape(): Shape {
		const shape: Shape = {};
		for (const file of this.#files.files())
			for (const leaf of this.#leaves({ file, path: [] })) {
				if (!this.#isParam(file, leaf)) continue;
				const yaml = this.#files.get(file);
				const value = valueAt(yaml?.value, leaf) ?? null;
				const isFraction = yaml?.fractions.has(JSON.stringify(leaf)) ?? false;
				put(shape, this.#way(file, leaf), new Leaf(value, isFraction));
			}
		return shape;
	}
}

function add(
	marks: Map<string, Set<string>>,
	file: string,
	leaf: readonly string[],
): void {
	const set = marks.get(file) ?? new Set();
	set.add(JSON.stringify(leaf));
	marks.set(file, set);
}
