import { setImmediate } from "node:timers/promises";
import { BERTH_FOLDER } from "../model/data-path.ts";
import type { Instant } from "../model/words.ts";
import type { FileHash, FileHashes } from "../store/hashes-port.ts";
import { StoreUnavailable } from "../store/trouble-port.ts";
import type { Stamp } from "./file-changes.ts";

/**
 * What files hashed to, so that they are read once. It is only to save time: while the store is in trouble nothing is known of it and nothing
 * is remembered, and everything is hashed as if for the first time.
 *
 * **A stamp is believed only when it was old enough.** A file that is written to twice within the clock's granularity has the same stamp after
 * both; hashed between the two, it would be known by the first contents for ever. So what has a time later than two seconds before its
 * hashing began is not remembered (as git does it), and any later write shows. Two seconds, because that is how coarse the coarsest of the
 * usual file systems are (FAT; HFS+ and old ext3: one, others: a tick of the kernel's). A time in the future is later than that, too.
 */
export class HashMemo {
	readonly #hashes: FileHashes | null;
	readonly #now: () => number;

	constructor(hashes: FileHashes | null, now: () => number) {
		this.#hashes = hashes;
		this.#now = now;
	}

	/** To be asked before the first byte is read. */
	now(): Instant {
		return this.#now() as Instant;
	}

	/** Path → sha256 of those that are known as they are now. */
	async known(stamps: readonly Stamp[]): Promise<Map<string, string>> {
		const rows = await this.#rows(stamps.map(({ path }) => path));
		const known = new Map<string, string>();
		const seen: FileHash[] = [];
		const at = this.now();
		for (const stamp of stamps) {
			const row = rows.get(stamp.path);
			if (!row || !isKnownAs(stamp, row)) continue;
			known.set(stamp.path, row.sha256);
			if (at - row.seenAt > DAY_MS) seen.push({ ...row, seenAt: at });
		}
		await this.#write(seen);
		return known;
	}

	/** `began`: before the first of them was read. */
	async remember(
		hashed: readonly { readonly stamp: Stamp; readonly sha256: string }[],
		began: Instant,
	): Promise<void> {
		const rows: FileHash[] = [];
		for (const { stamp, sha256 } of hashed) {
			const { path, size, mtimeMs, ctimeMs } = stamp;
			const ino = inodeOf(stamp);
			if (isImmutable(path) || Math.max(mtimeMs, ctimeMs) <= began - RACY_MS)
				rows.push({ path, ino, size, mtimeMs, ctimeMs, sha256, seenAt: began });
		}
		await this.#write(rows);
	}

	/** Forget what nobody asked for in three months. */
	async forgetOld(): Promise<void> {
		const before = (this.now() - KEEP_MS) as Instant;
		await this.#unlessInTrouble(
			async (hashes) => {
				while ((await hashes.forgetHashes(before, AT_ONCE)) === AT_ONCE)
					await setImmediate();
			},
			() => undefined,
		);
	}

	async #rows(paths: readonly string[]): Promise<Map<string, FileHash>> {
		const rows = new Map<string, FileHash>();
		await this.#unlessInTrouble(
			(hashes) =>
				eachPart(paths, async (part) => {
					for (const row of await hashes.knownHashes(part))
						rows.set(row.path, row);
				}),
			() => undefined,
		);
		return rows;
	}

	#write(rows: readonly FileHash[]): Promise<void> {
		return this.#unlessInTrouble(
			(hashes) => eachPart(rows, (part) => hashes.rememberHashes(part)),
			() => undefined,
		);
	}

	/** A full disk or a database that is damaged is told by those who cannot do without it. */
	async #unlessInTrouble<T>(
		ask: (hashes: FileHashes) => Promise<T>,
		otherwise: () => T,
	): Promise<T> {
		if (this.#hashes === null) return otherwise();
		try {
			return await ask(this.#hashes);
		} catch (error) {
			if (error instanceof StoreUnavailable) return otherwise();
			throw error;
		}
	}
}

/** What lies in an object never changes: its path is enough, as long as nobody damages it. */
const isImmutable = (path: string): boolean => IN_OBJECT.test(path);

const IN_OBJECT = new RegExp(`^${BERTH_FOLDER}/objects/[0-9a-f]{64}/`);

/** Of another size, it was damaged when it was read, or is now. */
const isKnownAs = (stamp: Stamp, row: FileHash): boolean =>
	isImmutable(stamp.path) ? row.size === stamp.size : isOf(stamp, row);

const isOf = (stamp: Stamp, row: FileHash): boolean =>
	row.ino === inodeOf(stamp) &&
	row.size === stamp.size &&
	row.mtimeMs === stamp.mtimeMs &&
	row.ctimeMs === stamp.ctimeMs;

/** Some network file systems number their files beyond what the store's integers hold. */
const inodeOf = ({ ino }: Stamp): number =>
	Number(BigInt.asIntN(53, BigInt(ino)));

const RACY_MS = 2_000;
const DAY_MS = 86_400_000;
const KEEP_MS = 90 * DAY_MS;

/** A transaction holds up everybody else: of so many it is over in a few milliseconds. */
const AT_ONCE = 1_000;

async function eachPart<T>(
	all: readonly T[],
	act: (part: readonly T[]) => Promise<void>,
): Promise<void> {
	for (let from = 0; from < all.length; from += AT_ONCE) {
		if (from > 0) await setImmediate();
		await act(all.slice(from, from + AT_ONCE));
	}
}
