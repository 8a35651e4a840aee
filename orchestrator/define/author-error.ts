/** Something that the author of a pipeline must change, in a sentence with its cure. Whoever knows the file puts that in front. */
export class AuthorError extends Error {
	override readonly name = "AuthorError";
	readonly pipeline: string | null;
	readonly task: string | null;
	/** The variable that is not set, where that is what is wrong. */
	readonly variable: string | null;

	constructor(message: string, about: About = {}) {
		super(message);
		this.pipeline = about.pipeline ?? null;
		this.task = about.task ?? null;
		this.variable = about.variable ?? null;
	}
}

interface About {
	readonly pipeline?: string | null;
	readonly task?: string | null;
	readonly variable?: string;
}
