import type { Json } from "../model/words.ts";
import type { Context, Found } from "./context.ts";
import { Fault, isObject, type ParamPlace, type Part } from "./stage.ts";

/** Fills templates in, for one stage or place of dvc.yaml. */
export class Templates {
	readonly #context: Context;
	readonly #options: TemplateOptions;

	constructor(context: Context, options: TemplateOptions) {
		this.#context = context;
		this.#options = options;
	}

	/** Text that stays changeable by params. */
	parts(text: string): readonly Part[] {
		return this.#pieces(text).map((piece) =>
			typeof piece === "string" ? piece : this.#live(piece),
		);
	}

	/** Text that is settled now, because the shape of the pipeline depends on it. */
	text(text: string): string {
		return this.#pieces(text)
			.map((piece) =>
				typeof piece === "string" ? piece : this.#settled(piece),
			)
			.join("");
	}

	/** Any value: text that is one template becomes what it names. */
	value(value: Json): Json {
		if (typeof value === "string") {
			const [only, ...others] = this.#pieces(value);
			if (typeof only !== "object" || others.length > 0)
				return this.text(value);
			this.#freeze(only);
			return only.value;
		}
		if (Array.isArray(value)) return value.map((one) => this.value(one));
		if (!isObject(value)) return value;
		return Object.fromEntries(
			Object.entries(value).map(([key, one]) => [key, this.value(one)]),
		);
	}

	#pieces(text: string): readonly (string | Found)[] {
		return text
			.split(/(?<!\\)\$\{(.*?)\}/s)
			.map((piece, index) =>
				index % 2 === 0 ? piece.replaceAll("\\${", "${") : this.#find(piece),
			)
			.filter((piece) => piece !== "");
	}

	#find(words: string): Found {
		const found = this.#context.find(words);
		if (found) return found;
		throw new Fault(
			`${this.#options.place}: \${${words}} is in no params file and in no vars. Add it to params.yaml, or correct the name.`,
		);
	}

	#live(found: Found): Part {
		const { value, places } = found;
		const [at] = places;
		if (at === undefined || typeof value === "object")
			return this.#settled(found);
		return { at, value };
	}

	#settled(found: Found): string {
		this.#freeze(found);
		const { value } = found;
		if (isObject(value)) return flagsOf(value);
		if (Array.isArray(value))
			throw new Fault(
				`${this.#options.place}: a list cannot be put into text. Name one of its elements, such as \${name[0]}.`,
			);
		return value === null ? "None" : String(value);
	}

	#freeze({ places }: Found): void {
		for (const place of places) this.#options.freeze(place);
	}
}

export interface TemplateOptions {
	/** Where the template is, for messages. */
	readonly place: string;
	/** Told of each param that is settled now. */
	readonly freeze: (place: ParamPlace) => void;
}

/** As DVC writes a dictionary into a command: `--lr 0.1 --layers 2 3`. */
function flagsOf(value: Json, before = ""): string {
	if (!isObject(value)) return "";
	return Object.entries(value)
		.map(([key, one]) => flag(before + key, one))
		.filter((text) => text !== "")
		.join(" ");
}

function flag(name: string, value: Json): string {
	if (isObject(value)) return flagsOf(value, `${name}.`);
	if (typeof value === "boolean") return value ? `--${name}` : "";
	if (Array.isArray(value)) return [`--${name}`, ...value.map(word)].join(" ");
	return `--${name} ${word(value)}`;
}

const word = (value: Json): string =>
	typeof value === "string" && !/^[\w@%+=:,./-]+$/.test(value)
		? `'${value.replaceAll("'", `'"'"'`)}'`
		: value === null
			? "None"
			: String(value);
