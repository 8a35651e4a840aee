import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { ownProgram } from "../own-files.ts";
import type { Entry } from "./entry.ts";
import type { HashAnswer, HashJob } from "./hash-worker.ts";
import { hashFiles, type Sized, type Tree, treeOf } from "./tree-hash.ts";
import {
	type Fault,
	type Limit,
	type Links,
	type Scan,
	scanTree,
} from "./tree-scan.ts";

/** Hash a folder: a small one at once, a big one on other threads, as many as there are cores. `links`: see `scanTree`. */
export async function hashTree(
	root: string,
	signal: AbortSignal,
	links: Links = "inside",
): Promise<Tree | Fault> {
	const scan = await scanFolder(root, signal, links);
	if (scan.kind === "fault") return scan;
	const digests = await digestsOf(root, filesOf(scan.entries), signal);
	return digests instanceof Map
		? treeOf(scan.entries, digests)
		: (digests as Fault);
}

/** Everything in a folder: a small one is looked at at once, a big one on another thread. */
export async function scanFolder(
	root: string,
	signal: AbortSignal,
	links: Links,
): Promise<Scan | Fault> {
	const here = scanTree(root, { limit: SMALL, links });
	if (here !== "large") return here;
	const scan = await inWorker({ kind: "scan", root, links }, signal);
	if (scan instanceof Map || !("kind" in scan)) throw new Error("Not a scan.");
	return scan;
}

/** Path → sha256 of each of these files below the root: little is read at once, much on other threads. */
export async function digestsOf(
	root: string,
	files: readonly Sized[],
	signal: AbortSignal,
): Promise<ReadonlyMap<string, string> | Fault> {
	if (isSmall(files)) return hashFiles(root, files);
	const shares = share(files, THREADS);
	const answers = await Promise.all(
		shares.map((files) => inWorker({ kind: "hash", root, files }, signal)),
	);
	return joined(answers);
}

function isSmall(files: readonly Sized[]): boolean {
	const bytes = files.reduce((sum, { size }) => sum + size, 0);
	return files.length <= SMALL.entries && bytes <= SMALL.bytes;
}

/** Less than 5 ms of work: starting a thread takes longer. */
const SMALL: Limit = { entries: 200, bytes: 4 * 1024 * 1024 };

const THREADS = Math.min(availableParallelism(), 8);

export const filesOf = (entries: readonly Entry[]): readonly Entry[] =>
	entries.filter((entry) => entry.kind === "file");

function joined(
	answers: readonly HashAnswer[],
): ReadonlyMap<string, string> | Fault {
	const digests = new Map<string, string>();
	for (const answer of answers) {
		if (!(answer instanceof Map)) return answer as Fault;
		for (const [path, digest] of answer) digests.set(path, digest);
	}
	return digests;
}

/** Split so that no thread has much more than another: the largest first, each to whoever has least. */
function share(
	files: readonly Sized[],
	parts: number,
): readonly (readonly Sized[])[] {
	const shares = Array.from({ length: parts }, () => ({
		bytes: 0,
		files: [] as Sized[],
	}));
	for (const file of files.toSorted((a, b) => b.size - a.size)) {
		const least = shares.reduce((a, b) => (b.bytes < a.bytes ? b : a));
		least.bytes += file.size + COST_OF_A_FILE;
		least.files.push(file);
	}
	return shares.map(({ files }) => files).filter((files) => files.length > 0);
}

/** Opening and closing one takes as long as hashing this many bytes. */
const COST_OF_A_FILE = 20_000;

let busy = 0;
const queue: (() => void)[] = [];

/** One thread for one job, and never more of them than cores: nothing is left when nothing is to be done. */
async function inWorker(
	job: HashJob,
	signal: AbortSignal,
): Promise<HashAnswer> {
	if (busy >= THREADS)
		await new Promise<void>((resolve) => queue.push(resolve));
	else busy += 1;
	try {
		signal.throwIfAborted();
		return await answerOf(job, signal);
	} finally {
		const next = queue.shift();
		if (next) next();
		else busy -= 1;
	}
}

function answerOf(job: HashJob, signal: AbortSignal): Promise<HashAnswer> {
	const worker = new Worker(ownProgram("artifacts/hash-worker.ts"), {
		workerData: job,
		execArgv: [],
	});
	return new Promise<HashAnswer>((resolve, reject) => {
		const abort = () => {
			void worker.terminate();
			reject(signal.reason);
		};
		signal.addEventListener("abort", abort, { once: true });
		worker.on("message", resolve);
		worker.on("error", reject);
		worker.on("exit", () => {
			signal.removeEventListener("abort", abort);
			reject(new Error("The hashing thread ended without an answer."));
		});
	});
}
