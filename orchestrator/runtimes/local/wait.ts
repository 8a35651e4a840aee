import { basename, join } from "node:path";
import type { Instant } from "../../model/words.ts";
import type { Exit } from "../port.ts";
import { Bell } from "./bell.ts";
import { imageKey } from "./image-key.ts";
import { type ExitRecord, type Launch, readWhole } from "./records.ts";
import { look, type State } from "./state.ts";
import { kill } from "./stop.ts";

/** How the attempt in this folder ended, once it has. */
export async function wait(folder: string, signal: AbortSignal): Promise<Exit> {
	signal.throwIfAborted();
	const names = new Set(["exit.json", basename(folder)]);
	using bell = new Bell(folder, signal, names);
	for (;;) {
		const state = look(folder);
		if (state.kind === "orphaned") await kill(folder, state.program);
		const exit = exitOf(state);
		if (exit) return withWarning(exit, folder);
		await bell.next();
	}
}

function exitOf(state: State): Exit | null {
	switch (state.kind) {
		case "starting":
		case "running":
			return null;
		case "ended":
			return told(state.exit);
		case "orphaned":
			return vanished(
				"The supervisor of this task was killed, so nobody knows how the task ended; what was left of it has been stopped. If this happens again, see whether the machine runs out of memory.",
			);
		case "abandoned":
			return ended({
				kind: "refused",
				message:
					"The supervisor of this task was killed before it started the program. Nothing ran.",
				lost: true,
			});
		case "created":
			return vanished("This attempt was prepared, but never started.");
		case "gone":
			return vanished(
				"This attempt is not known here any more: its folder was removed.",
			);
	}
}

function told(exit: ExitRecord): Exit {
	const at = exit.endedAt as Instant;
	if (exit.kind === "exited") {
		const started = exit.startedAt as Instant;
		return { kind: "exited", code: exit.code, at, started, warning: null };
	}
	const message = `The program could not be started: ${exit.message}`;
	return {
		kind: "ended",
		ending: { kind: "refused", message, lost: false },
		at,
	};
}

/** The program was read when it ran, after it was looked at: what it gave may be another one's. */
async function withWarning(exit: Exit, folder: string): Promise<Exit> {
	if (exit.kind !== "exited" || exit.code !== 0) return exit;
	const image = readWhole<Launch>(join(folder, "job.json"))?.image;
	if (image === undefined) return exit;
	const now = await imageKey(image.id).catch(() => null);
	if (now === image.key) return exit;
	const warning = `What is in ${image.id} was changed after the task was prepared, so nobody knows which program it ran.`;
	return { ...exit, warning };
}

const vanished = (message: string): Exit =>
	ended({ kind: "vanished", message });

const ended = (ending: Extract<Exit, { kind: "ended" }>["ending"]): Exit => ({
	kind: "ended",
	ending,
	at: Date.now() as Instant,
});
