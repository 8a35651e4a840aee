import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Entry } from "./entry.ts";
import type { HashAnswer, HashJob } from "./hash-worker.ts";
import { hashFiles, type Tree, treeOf } from "./tree-hash.ts";
import { type Fault, type Limit, scanTree } from "./tree-scan.ts";

/** Hash a folder: a small one at once, a big one on other threads, as many as there are cores. */
export async function hashTree(
	root: string,
	signal: AbortSignal,
): Promise<Tree | Fault> {
	const here = scanTree(root, SMALL);
	if (here !== "large") {
		if (here.kind === "fault") return here;
		return finish(here.entries, [hashFiles(root, filesOf(here.entries))]);
	}
	const scan = await inWorker({ kind: "scan", root }, signal);
	if (scan instanceof Map || !("kind" in scan)) throw new Error("Not a scan.");
	if (scan.kind === "fault") return scan;
	const shares = share(filesOf(scan.entries), THREADS);
	const answers = await Promise.all(
		shares.map((files) => inWorker({ kind: "hash", root, files }, signal)),
	);
	return finish(scan.entries, answers);
}

/** Less than 5 ms of work: starting a thread takes longer. */
const SMALL: Limit = { entries: 200, bytes: 4 * 1024 * 1024 };

const THREADS = Math.min(availableParallelism(), 8);

const filesOf = (entries: readonly Entry[]): readonly Entry[] =>
	entries.filter((entry) => entry.kind === "file");

function finish(
	entries: readonly Entry[],
	answers: readonly HashAnswer[],
): Tree | Fault {
	const digests = new Map<string, string>();
	for (const answer of answers) {
		if (!(answer instanceof Map)) return answer as Fault;
		for (const [path, digest] of answer) digests.set(path, digest);
	}
	return treeOf(entries, digests);
}

/** Split so that no thread has much more than another: the largest first, each to whoever has least. */
function share(
	files: readonly Entry[],
	parts: number,
): readonly (readonly Entry[])[] {
	const shares = Array.from({ length: parts }, () => ({
		bytes: 0,
		files: [] as Entry[],
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
	const worker = new Worker(new URL("./hash-worker.ts", import.meta.url), {
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
