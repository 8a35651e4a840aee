import { parentPort, workerData } from "node:worker_threads";
import { hashFiles, type Sized } from "./tree-hash.ts";
import { type Fault, type Links, type Scan, scanTree } from "./tree-scan.ts";

/** What one worker thread is made for; it ends when it has answered. */
export type HashJob =
	| { readonly kind: "scan"; readonly root: string; readonly links: Links }
	| {
			readonly kind: "hash";
			readonly root: string;
			readonly files: readonly Sized[];
	  };

export type HashAnswer = Scan | Fault | ReadonlyMap<string, string>;

function answer(job: HashJob): ReturnType<typeof scanTree> | HashAnswer {
	switch (job.kind) {
		case "scan":
			return scanTree(job.root, { links: job.links });
		case "hash":
			return hashFiles(job.root, job.files);
	}
}

parentPort?.postMessage(answer(workerData as HashJob));
