import type { Json } from "../model/words.ts";
import { AuthorError } from "./author-error.ts";
import { didYouMean } from "./nearest.ts";
import type { Refs } from "./refs.ts";

/** A task of the plan that is being made: what `after` takes. */
export class TaskValue {
	readonly name: string;
	readonly #refs: Refs;

	constructor(name: string, refs: Refs) {
		this.name = name;
		this.#refs = refs;
	}

	/** Was it made in that call of a pipeline's function? */
	isOf(refs: Refs): boolean {
		return this.#refs === refs;
	}
}

/** What a sensor found: an input of a later task. */
export class SensorValue extends TaskValue {
	readonly kind = "sensor";
	readonly of: "files" | "publication";

	constructor(name: string, refs: Refs, of: SensorValue["of"]) {
		super(name, refs);
		this.of = of;
	}
}

/** A path that was moved to an artifact: an input of a later task, which finds that artifact there. */
export class PromotionValue extends TaskValue {
	readonly kind = "promotion";
}

/** A folder that a task publishes: an input of a later task, and no string. */
export class OutputValue {
	readonly task: TaskValue;
	readonly name: string;

	constructor(task: TaskValue, name: string) {
		this.task = task;
		this.name = name;
	}

	[Symbol.toPrimitive](): never {
		const name = this.name;
		throw new AuthorError(
			`its output "${name}" is a folder, not a word. Hand it to a later task with in: { ${name}: … }, where it lies at /in/${name}.`,
			{ task: this.task.name },
		);
	}
}

/** A value of a task's result, known only once the task is over. In a string it is a private token. */
export class ResultRef {
	readonly #refs: Refs;
	readonly #path: readonly string[];

	constructor(refs: Refs, path: readonly string[], schema: Json | undefined) {
		this.#refs = refs;
		this.#path = path;
		for (const [key, inner] of Object.entries(propertiesOf(schema)))
			Object.defineProperty(this, key, {
				get: () => new ResultRef(refs, [...path, key], inner),
				enumerable: true,
			});
	}

	toString(): string {
		return this.#refs.token(this.#path);
	}

	toJSON(): never {
		return this.#refuse("written as JSON");
	}

	[Symbol.toPrimitive](hint: "string" | "number" | "default"): string {
		return hint === "string"
			? this.toString()
			: this.#refuse("compared, added or calculated with");
	}

	#refuse(what: string): never {
		const [task = "", , ...keys] = this.#path;
		const name = `${task}.result.${keys.join(".")}`;
		throw new AuthorError(
			`its result "${keys.join(".")}" is known only once the task is over, so it cannot be ${what} here. Hand it to a later task in a string: command: [\`--value=\${${name}}\`].`,
			{ task },
		);
	}
}

/** The record, where asking for a name that is not there is told with the nearest one. */
export function closed<T extends object>(
	record: T,
	miss: (name: string, hint: string) => AuthorError,
): T {
	return new Proxy(Object.freeze(record), {
		get(target, name) {
			if (typeof name === "string" && !Object.hasOwn(target, name))
				throw miss(name, didYouMean(name, Object.keys(target)));
			return Reflect.get(target, name);
		},
	});
}

export function propertiesOf(schema: Json | undefined): {
	readonly [key: string]: Json;
} {
	if (!isRecord(schema) || !isRecord(schema.properties)) return {};
	return schema.properties;
}

const isRecord = (
	json: Json | undefined,
): json is { readonly [key: string]: Json } =>
	typeof json === "object" && json !== null && !Array.isArray(json);
