import { relative } from "node:path";
import { inBytes } from "../model/quantities.ts";
import type { Instant } from "../model/words.ts";
import { codeOf } from "./error-code.ts";
import {
	changeSeen,
	isExecutable,
	isSame,
	type Looks,
	lookAt,
	type Stamp,
} from "./file-changes.ts";
import type { HashMemo } from "./hash-memo.ts";
import type { Problem } from "./port.ts";
import { lost, problem } from "./problems.ts";
import { type Digests, SharedReading, Unlike } from "./shared-reading.ts";

/** What a container sees of a file. */
export interface Content {
	readonly size: number;
	/** The owner's execute bit. */
	readonly executable: boolean;
	readonly sha256: string;
}

export interface Asking {
	readonly signal: AbortSignal;
	/** Told what goes on when it takes long. */
	readonly note?: ((text: string) => void) | undefined;
}

/** The contents of files from outside, by path. Each is what its stamp says before and after it is read, and what is known is not read again. */
export class FileDigests {
	readonly #data: string;
	readonly #memo: HashMemo;
	readonly #reading: SharedReading;

	constructor(data: string, memo: HashMemo) {
		this.#data = data;
		this.#memo = memo;
		this.#reading = new SharedReading(data);
	}

	/** As far as it can be told without reading; null when one of them is not known, or not what its stamp says. */
	async known(
		stamps: readonly Stamp[],
	): Promise<ReadonlyMap<string, Content> | null> {
		const looks = await lookAt(this.#data, stamps);
		if (changeSeen(stamps, looks) !== null) return null;
		const known = await this.#memo.known(stamps);
		return stamps.every(({ path }) => known.has(path))
			? contentsOf(stamps, looks, known)
			: null;
	}

	async of(
		stamps: readonly Stamp[],
		asking: Asking,
	): Promise<ReadonlyMap<string, Content> | Problem> {
		const looks = await lookAt(this.#data, stamps);
		const fault = changeSeen(stamps, looks);
		if (fault !== null) return lost(fault);
		const known = await this.#memo.known(stamps);
		const unknown = unique(stamps).filter(({ path }) => !known.has(path));
		if (unknown.length === 0) return contentsOf(stamps, looks, known);
		const read = await this.#read(unknown, asking);
		if ("kind" in read) return read;
		return contentsOf(stamps, looks, new Map([...known, ...read]));
	}

	/** That a file has changed is told first, because it explains whatever else went wrong. */
	async #read(
		stamps: readonly Stamp[],
		{ signal, note }: Asking,
	): Promise<Digests | Problem> {
		const bytes = stamps.reduce((sum, { size }) => sum + size, 0);
		if (bytes > WORTH_TELLING) note?.(`hashing ${inBytes(bytes)} of inputs`);
		const began = this.#memo.now();
		const read = await this.#reading
			.read(stamps, signal)
			.catch((error: Error) => error);
		signal.throwIfAborted();
		const looks = await lookAt(this.#data, stamps);
		const fault = changeSeen(stamps, looks);
		if (read instanceof Error)
			return fault === null ? unreadable(this.#data, read) : lost(fault);
		await this.#remember(stamps, { looks, read, began });
		return fault === null ? read : lost(fault);
	}

	/** Also when one of many has changed, so that the others need not be read again. */
	async #remember(
		stamps: readonly Stamp[],
		{ looks, read, began }: Done,
	): Promise<void> {
		const hashed = stamps.flatMap((stamp) => {
			const stats = looks.get(stamp.path);
			const sha256 = read.get(stamp.path);
			return stats && sha256 && isSame(stamp, stats) ? [{ stamp, sha256 }] : [];
		});
		await this.#memo.remember(hashed, began);
	}
}

interface Done {
	readonly looks: Looks;
	readonly read: Digests;
	readonly began: Instant;
}

/** Less is read within a second. */
const WORTH_TELLING = 256 * 1024 ** 2;

/** One file may be in an input under two names. */
const unique = (stamps: readonly Stamp[]): readonly Stamp[] => [
	...new Map(stamps.map((stamp) => [stamp.path, stamp])).values(),
];

function contentsOf(
	stamps: readonly Stamp[],
	looks: Looks,
	digests: Digests,
): ReadonlyMap<string, Content> {
	const contents = new Map<string, Content>();
	for (const { path, size } of stamps) {
		const sha256 = digests.get(path);
		const stats = looks.get(path);
		if (!sha256 || !stats) throw new Error(`No digest of "${path}".`);
		contents.set(path, { size, executable: isExecutable(stats), sha256 });
	}
	return contents;
}

function unreadable(data: string, error: Error): Problem {
	if (error instanceof Unlike) return lost(error.message);
	const code = codeOf(error);
	if (code !== "EACCES" && code !== "EPERM") throw error;
	const path = "path" in error ? relative(data, String(error.path)) : "";
	return problem(
		`"${path}" may not be read, so berth cannot tell whether it has changed. Change its mode or its owner.`,
	);
}
