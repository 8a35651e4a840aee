declare const brand: unique symbol;
type Brand<T, Name> = T & { readonly [brand]: Name };

/** Milliseconds since the epoch. Only a clock, an engine or a schedule makes one. */
export type Instant = Brand<number, "Instant">;
export type TaskName = Brand<string, "TaskName">;
/** `<pipeline>@<UTC instant due>` when scheduled, `<pipeline>@<ds>~<ULID>` by hand. */
export type RunId = Brand<string, "RunId">;
/** `<run>/<task>/<n>`. */
export type AttemptId = Brand<string, "AttemptId">;
/** `berth-<instance>-<task slug>-<n>-<16 hex of sha256(attempt id)>`: of the container, the staging folder and the log. */
export type ContainerName = Brand<string, "ContainerName">;
/** 64 hex digits: the sha256 of an object's contents. */
export type ObjectHash = Brand<string, "ObjectHash">;
/** A path below the data directory: relative, with `/`, without `..`. */
export type DataPath = Brand<string, "DataPath">;

/** What an attempt has written into its outputs and its result. */
export interface Usage {
	/** What that takes of the disk; a file of several names counts once. */
	readonly bytes: number;
	/** What its files say they hold: more than `bytes` where they have holes. */
	readonly shown: number;
	/** Files and folders. */
	readonly entries: number;
	/** A folder that could not be looked into, quoted: nobody knows what it holds. */
	readonly closed: string | null;
}

/** 64 hex digits: the sha256 of a recipe. */
export type Fingerprint = Brand<string, "Fingerprint">;

export type Json =
	| null
	| boolean
	| number
	| string
	| readonly Json[]
	| { readonly [key: string]: Json };

export type Named<T> = Readonly<Record<string, T>>;

/** What has that name, which may be one that every object of JavaScript answers to: `constructor`. */
export const own = <T>(named: Named<T>, name: string): T | undefined =>
	Object.hasOwn(named, name) ? named[name] : undefined;

/** Times are ISO with milliseconds in JSON. */
export const iso = (at: Instant): string => new Date(at).toISOString();
