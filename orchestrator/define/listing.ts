import type { Entry } from "./port.ts";

/** What the files of a folder define, asked once, and for how long that is an answer. */
export class Listing {
	readonly entries: Promise<readonly Entry[]>;
	readonly #fingerprint: string;
	#isFailed = false;
	/** Null while the files are being asked. */
	#known: readonly Entry[] | null = null;

	constructor(fingerprint: string, entries: Promise<readonly Entry[]>) {
		this.#fingerprint = fingerprint;
		this.entries = entries;
		entries.then(
			(known) => {
				this.#known = known;
			},
			() => {
				this.#isFailed = true;
			},
		);
	}

	/** Need the files, as they are now, not be asked again? What a busy machine may be to blame for is asked anew, except for a pipeline that is known. */
	answers(fingerprint: string, pipeline: string | null): boolean {
		if (this.#isFailed || fingerprint !== this.#fingerprint) return false;
		return (
			this.#known === null ||
			!this.#known.some(mayPass) ||
			this.#known.some(
				({ kind, name }) => kind === "pipeline" && name === pipeline,
			)
		);
	}
}

const mayPass = (entry: Entry): boolean =>
	entry.kind === "broken" && entry.mayPass === true;
