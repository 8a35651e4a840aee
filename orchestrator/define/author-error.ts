/** Something that the author of a pipeline must change, in a sentence with its cure. Whoever knows the file puts that in front. */
export class AuthorError extends Error {
	override readonly name = "AuthorError";
	readonly pipeline: string | null;
	readonly task: string | null;
	/** What a person has yet to give, where that is all that is wrong. */
	readonly missing: "variable" | "param" | null;

	constructor(message: string, about: About = {}) {
		super(message);
		this.pipeline = about.pipeline ?? null;
		this.task = about.task ?? null;
		this.missing = about.missing ?? null;
	}
}

interface About {
	readonly pipeline?: string | null;
	readonly task?: string | null;
	readonly missing?: "variable" | "param" | null;
}
