import type { Duration } from "../model/quantities.ts";

/** What a sensor for files waits for. */
export interface FilesOptions {
	/** A folder (with `all`), a file, or a glob, below the data directory. */
	readonly in: string | undefined;
	/** Names that must all be there, relative to the folder. */
	readonly all?: readonly string[];
	/** For files from outside: size and time unchanged for this long. Default: `"10s"`. */
	readonly settled?: Duration;
	/** It fails when it has waited this long. Default: it waits as long as it takes. */
	readonly within?: Duration;
	/** Files must have been last changed at least this long ago. Default: `"0s"`. */
	readonly minAge?: Duration;
	/** A file, relative to the folder, that says the others are complete. */
	readonly marker?: string;
}

/** What a sensor for a publication waits for. */
export interface PublicationOptions {
	/** The published path. */
	readonly of: string | undefined;
	/** Only a publication at most this old counts. Default: any. */
	readonly maxAge?: Duration;
	/** It fails when it has waited this long. Default: it waits as long as it takes. */
	readonly within?: Duration;
}
