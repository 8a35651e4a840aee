import { parentPort, workerData } from "node:worker_threads";
import type { Looking } from "../garbage-port.ts";
import { connectReadonly } from "./connect.ts";
import { lookForGarbage, type Seen } from "./garbage-look.ts";

/** What one looking thread is made for; it ends when it has answered. */
export interface LookJob extends Looking {
	readonly file: string;
}

/** What the database said instead crosses from thread to thread without its class. */
export type LookAnswer =
	| { readonly seen: Seen }
	| { readonly message: string; readonly code: string | null };

function answer({ file, ...wish }: LookJob): LookAnswer {
	try {
		const sqlite = connectReadonly(file);
		try {
			return { seen: sqlite.transaction(() => lookForGarbage(sqlite, wish))() };
		} finally {
			sqlite.close();
		}
	} catch (error) {
		const { message, code = null } = causeOf(error);
		return { message, code };
	}
}

function causeOf(error: unknown): { message: string; code?: string } {
	if (!(error instanceof Error)) return { message: String(error) };
	return error.cause instanceof Error ? error.cause : error;
}

const told = answer(workerData as LookJob);
const moved = "seen" in told ? told.seen.parts.map(({ buffer }) => buffer) : [];
parentPort?.postMessage(told, moved);
