/** The store cannot do what it was asked for now, through no mistake of berth's: nothing of it was remembered, and asking again later is right. The message is a sentence that says what to do. */
export class StoreUnavailable extends Error {
	override readonly name = "StoreUnavailable";
	readonly kind: StorageTrouble;
	constructor(kind: StorageTrouble, message: string, options?: ErrorOptions) {
		super(message, options);
		this.kind = kind;
	}
}

/** `damaged` does not heal by waiting; the others may. */
export type StorageTrouble = "full" | "read-only" | "locked" | "io" | "damaged";

/** Is it the disk's or the database's trouble, which waiting may heal, and nobody's mistake? */
export function isStorageTrouble(error: unknown): error is Error {
	if (error instanceof StoreUnavailable) return true;
	return (
		error instanceof Error &&
		"code" in error &&
		SHORT_OF_DISK.has(String(error.code))
	);
}

const SHORT_OF_DISK: ReadonlySet<string> = new Set([
	"ENOSPC",
	"EDQUOT",
	"EROFS",
]);
