import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
	closeSync,
	mkdtempSync,
	openSync,
	rmdirSync,
	rmSync,
	writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { onTestFinished } from "vitest";

/** Why no file system of one's own can be had here; null when it can. */
export function whyNoDisk(): string | null {
	return process.getuid?.() === 0
		? null
		: "a small disk of one's own takes root (mount)";
}

/** A file system of so many bytes for one test, that can be filled to the last one. */
export function aSmallDisk(bytes: number): SmallDisk {
	const folder = mkdtempSync(join(tmpdir(), "berth-disk-"));
	execFileSync("mount", [
		"-t",
		"tmpfs",
		"-o",
		`size=${bytes}`,
		"tmpfs",
		folder,
	]);
	onTestFinished(() => {
		execFileSync("umount", ["-l", folder]);
		rmdirSync(folder);
	});
	return new SmallDisk(folder);
}

export class SmallDisk {
	readonly path: string;
	readonly #ballast: string;

	constructor(path: string) {
		this.path = path;
		this.#ballast = join(path, "ballast");
	}

	/** Nothing more can be written to it. */
	fill(): void {
		const file = openSync(this.#ballast, "a");
		try {
			for (let size = 64 * 1024; size > 0; )
				try {
					writeSync(file, Buffer.alloc(size, 1));
				} catch {
					size = Math.floor(size / 2);
				}
		} finally {
			closeSync(file);
		}
	}

	empty(): void {
		rmSync(this.#ballast);
	}
}

/** Another process holds the database's lock for writing, until it is told to let go. */
export async function lockedByAnother(
	file: string,
): Promise<() => Promise<void>> {
	const script = `
		const db = new (require("better-sqlite3"))(${JSON.stringify(file)});
		db.exec("BEGIN EXCLUSIVE");
		console.log("locked");
		setInterval(() => undefined, 1000);`;
	const other = spawn(process.execPath, ["-e", script], {
		cwd: import.meta.dirname,
		stdio: ["ignore", "pipe", "inherit"],
	});
	onTestFinished(() => void other.kill("SIGKILL"));
	await once(other.stdout, "data");
	return async () => {
		const gone = once(other, "exit");
		other.kill("SIGKILL");
		await gone;
	};
}

/** Write nonsense over the page at which a table of this closed database begins. */
export function damage(file: string, table: string): void {
	const sqlite = new Sqlite(file);
	sqlite.pragma("wal_checkpoint(TRUNCATE)");
	const size = Number(sqlite.pragma("page_size", { simple: true }));
	const page = sqlite
		.prepare<[string], number>(
			"SELECT rootpage FROM sqlite_schema WHERE name = ?",
		)
		.pluck()
		.get(table);
	sqlite.close();
	if (page === undefined) throw new Error(`There is no table "${table}".`);
	const handle = openSync(file, "r+");
	writeSync(handle, Buffer.alloc(size, 0xaa), 0, size, (page - 1) * size);
	closeSync(handle);
}
