import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
	closeSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	rmdirSync,
	rmSync,
	truncateSync,
	writeFileSync,
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

/** A file system of so many bytes (and files) for one test, that can be filled to the last one. */
export function aSmallDisk(bytes: number, files = 1_000): SmallDisk {
	const folder = mkdtempSync(join(tmpdir(), "berth-disk-"));
	const options = `size=${bytes},nr_inodes=${files}`;
	execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
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

	/** Nothing more can be written to it, and no file or folder be made. */
	fill(): void {
		mkdirSync(this.#ballast);
		const file = openSync(join(this.#ballast, "bytes"), "a");
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
		try {
			for (let n = 0; ; n++) mkdirSync(join(this.#ballast, `${n}`));
		} catch {}
	}

	empty(): void {
		rmSync(this.#ballast, { recursive: true });
	}
}

/** Why no disk that fails can be had here; null when it can. */
export function whyNoFailingDisk(): string | null {
	const lacks = whyNoDisk();
	if (lacks) return lacks;
	return existsSync("/dev/loop-control") && existsSync("/usr/sbin/mkfs.ext4")
		? null
		: "a disk that fails takes loop devices and mkfs.ext4";
}

/** A file system for one test that becomes read-only by itself when it is told to, as after errors of the disk under it. */
export function aFailingDisk(): { readonly path: string; fail(): void } {
	const folder = mkdtempSync(join(tmpdir(), "berth-disk-"));
	const [image, path] = [join(folder, "image"), join(folder, "disk")];
	mkdirSync(path);
	writeFileSync(image, "");
	truncateSync(image, 32 * 2 ** 20);
	execFileSync("mkfs.ext4", ["-q", image]);
	execFileSync("mount", ["-o", "loop", image, path]);
	onTestFinished(() => {
		execFileSync("umount", ["-l", path]);
		rmSync(folder, { recursive: true });
	});
	return {
		path,
		fail: () => execFileSync("mount", ["-o", "remount,abort", path]),
	};
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
