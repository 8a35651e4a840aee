import { type ReadYaml, readYaml } from "./read-yaml.ts";

/** The params files of a repository, each read once. */
export class ParamFiles {
	readonly #read: (path: string) => string | null;
	readonly #known = new Map<string, ReadYaml | null>();

	constructor(read: (path: string) => string | null) {
		this.#read = read;
	}

	/** Null when it is not there, or in a language that is not read here. */
	get(file: string): ReadYaml | null {
		const known = this.#known.get(file);
		if (known !== undefined) return known;
		const text = READABLE.test(file) ? this.#read(file) : null;
		const read = text === null ? null : readYaml(text, file);
		this.#known.set(file, read);
		return read;
	}

	/** Python and TOML files are handed to a stage as they are. */
	isReadable(file: string): boolean {
		return READABLE.test(file);
	}

	isThere(file: string): boolean {
		return this.#read(file) !== null;
	}

	files(): readonly string[] {
		return [...this.#known].flatMap(([file, read]) => (read ? [file] : []));
	}
}

const READABLE = /\.(ya?ml|json)$/i;
