import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
	closeSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readdirSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { FileArtifacts } from "../orchestrator/artifacts/file-artifacts.ts";
import { isProblem } from "../orchestrator/artifacts/port.ts";
import type { DataPath } from "../orchestrator/model/words.ts";
import {
	openStore,
	type SqliteStore,
} from "../orchestrator/store/sqlite/sqlite-store.ts";

const MIB = 1024 ** 2;
const FILES = 8;
const MANY = 5_000;

/** Inputs from outside, as tasks find them: the first time, against `cat` of the same files, and the second time, when what they hashed to is remembered. */
export async function benchInputs(data: string, gib: number): Promise<void> {
	const store = openStore(join(data, "bench.db"));
	const bytes = gib * 1024 * MIB;
	try {
		for (const files of [1, FILES]) {
			const folder = join(data, `in-${files}`);
			makeInput(folder, files, bytes);
			await benchOne({ data, store, bytes }, folder, files);
		}
		await benchMany(data, store);
	} finally {
		store.close();
	}
}

interface Place {
	readonly data: string;
	readonly store: SqliteStore;
	readonly bytes: number;
}

async function benchOne(
	{ data, store, bytes }: Place,
	folder: string,
	files: number,
): Promise<void> {
	const what = `${bytes / 1024 ** 3} GiB in ${files}`;
	for (const state of ["cold", "warm"] as const) {
		const makeReady = () => (state === "cold" ? evict(folder) : cat(folder));
		makeReady();
		const disk = await timed(() => cat(folder));
		makeReady();
		const unaided = artifactsOf(data, store, false);
		const first = await timed(() => contents(unaided, folder));
		say(
			`${what}, ${state}`,
			`berth ${rate(bytes, first)} on ${Math.min(files, availableParallelism())} cores, cat ${rate(bytes, disk)} on one: ratio ${(disk / first).toFixed(2)}`,
		);
	}
	const artifacts = artifactsOf(data, store, true);
	const first = await timed(() => contents(artifacts, folder));
	const again = await timed(() => contents(artifacts, folder));
	say(
		`${what}, again`,
		`${again.toFixed(1)} ms instead of ${first.toFixed(0)}: ratio ${(first / again).toFixed(0)}`,
	);
}

/** Above 64, files are copied into an object. */
async function benchMany(data: string, store: SqliteStore): Promise<void> {
	const folder = join(data, "many");
	mkdirSync(folder);
	for (let file = 0; file < MANY; file += 1)
		writeFileSync(join(folder, `${file}`), `${file}\n`.repeat(200));
	const artifacts = artifactsOf(data, store, true);
	const first = await timed(() => contents(artifacts, folder));
	const again = await timed(() => contents(artifacts, folder));
	say(
		`${MANY} files of 1 kB`,
		`${first.toFixed(0)} ms as they are copied, ${again.toFixed(0)} ms the second time: ratio ${(first / again).toFixed(1)}`,
	);
}

const say = (what: string, text: string): void =>
	console.log(`${what.padEnd(22)} ${text}`);

/** With a clock that is an hour ahead, because nothing is remembered of files that were written just now. */
const artifactsOf = (
	data: string,
	store: SqliteStore,
	remembers: boolean,
): FileArtifacts =>
	new FileArtifacts({
		data,
		publications: store,
		...(remembers && { hashes: store }),
		user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
		now: () => Date.now() + 3_600_000,
	});

/** What a task's preparing does for an input. */
async function contents(
	artifacts: FileArtifacts,
	folder: string,
): Promise<void> {
	const source = await artifacts.source(basename(folder) as DataPath);
	if (isProblem(source)) throw new Error(source.message);
	const { signal } = new AbortController();
	const hash = await artifacts.contentsOf(source, signal);
	if (typeof hash !== "string") throw new Error(hash.message);
}

/** Bytes that no disk finds alike, a MiB at a time. */
export function makeInput(folder: string, files: number, bytes: number): void {
	mkdirSync(folder);
	const block = randomBytes(MIB);
	for (let file = 0; file < files; file += 1) {
		const handle = openSync(join(folder, `${file}`), "w");
		for (let at = 0; at < bytes / files; at += MIB) {
			block.writeDoubleLE(file * bytes + at);
			writeSync(handle, block);
		}
		fsyncSync(handle);
		closeSync(handle);
	}
}

const filesIn = (folder: string): string[] =>
	readdirSync(folder).map((file) => join(folder, file));

function cat(folder: string): void {
	execFileSync("cat", filesIn(folder), { stdio: ["ignore", "ignore", "pipe"] });
}

/** Out of this machine's page cache, as an ordinary user may. (A host below may still have them in its own.) */
function evict(folder: string): void {
	for (const file of filesIn(folder))
		execFileSync("dd", [`if=${file}`, "iflag=nocache", "count=0"], {
			stdio: "ignore",
		});
}

async function timed(work: () => unknown): Promise<number> {
	const began = performance.now();
	await work();
	return performance.now() - began;
}

const rate = (bytes: number, ms: number): string =>
	`${(bytes / ms / 1e6).toFixed(2)} GB/s`;
