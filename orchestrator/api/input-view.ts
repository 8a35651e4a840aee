import type { Ingredient } from "../model/recipe.ts";
import type { Named } from "../model/words.ts";

/** What a task took as an input. */
export type InputView =
	| {
			readonly kind: "object";
			readonly object: string;
			/** Where it was published when it was taken, where that is known. */
			readonly path: string | null;
			/** Which part of it. */
			readonly inside: string | null;
			/** The attempt that computed it. */
			readonly maker: string | null;
			/** Of copies of many files from outside: how many, and the folder in which they lie. */
			readonly copies: Copies | null;
			readonly contents: string;
	  }
	| {
			/** Files from outside. */
			readonly kind: "files";
			readonly files: readonly string[];
			readonly contents: string;
	  };

interface Copies {
	readonly of: string;
	readonly files: number;
}

export const inputViews = (
	inputs: Named<Ingredient> | null,
): Named<InputView> =>
	Object.fromEntries(
		Object.entries(inputs ?? {}).map(([name, input]) => [
			name,
			inputView(input),
		]),
	);

function inputView({ source, contents }: Ingredient): InputView {
	switch (source.kind) {
		case "object": {
			const { object, inside, path = null, maker = null } = source;
			const copies = source.copies ?? null;
			return { kind: "object", object, path, inside, maker, copies, contents };
		}
		case "file":
			return { kind: "files", files: [source.file.path], contents };
		case "files": {
			const files = source.files.map(({ path }) => path);
			return { kind: "files", files, contents };
		}
	}
}
