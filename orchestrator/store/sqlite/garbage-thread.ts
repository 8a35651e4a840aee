import { Worker } from "node:worker_threads";
import { ownProgram } from "../../own-files.ts";
import type { Looking } from "../garbage-port.ts";
import type { Seen } from "./garbage-look.ts";
import type { LookAnswer, LookJob } from "./garbage-worker.ts";

/** Looks at the whole database on another thread, by a connection of its own: one snapshot, and nobody else waits for it. */
export function lookBeside(
	file: string,
	wish: Looking,
	signal: AbortSignal,
): Promise<Seen> {
	signal.throwIfAborted();
	const worker = new Worker(ownProgram("store/sqlite/garbage-worker.ts"), {
		workerData: { file, ...wish } satisfies LookJob,
		execArgv: [],
	});
	return new Promise((resolve, reject) => {
		const abort = () => {
			void worker.terminate();
			reject(signal.reason);
		};
		signal.addEventListener("abort", abort, { once: true });
		worker.on("message", (answer: LookAnswer) => {
			if ("seen" in answer) resolve(answer.seen);
			else reject(failureOf(answer));
		});
		worker.on("error", reject);
		worker.on("exit", () => {
			signal.removeEventListener("abort", abort);
			reject(new Error("The looking thread ended without an answer."));
		});
	});
}

const failureOf = ({
	message,
	code,
}: Exclude<LookAnswer, { seen: Seen }>): Error =>
	Object.assign(new Error(message), code === null ? {} : { code });
