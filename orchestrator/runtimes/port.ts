import type { PullPolicy, Wall } from "../model/plan.ts";
import type { Ending, PreparedImage } from "../model/task-state.ts";
import type {
	AttemptId,
	ContainerName,
	Instant,
	Named,
	RunId,
	TaskName,
} from "../model/words.ts";
import type { LogCursor, LogPiece } from "./log-port.ts";

/**
 * Makes attempts happen. Every verb is idempotent and keyed by the container's name, so any of them may be repeated after a crash.
 * A raised signal ends the waiting; what the runtime was asked for may go on. Expected failures are values. `RuntimeUnreachable` is thrown when the runtime itself does not answer: the caller tries again.
 */
export interface Runtime {
	readonly kind: "docker" | "local" | "puppet";
	/** Find the image, or get it by the policy. Says what it is busy with. */
	resolve(
		image: ImageRequest,
		note: (text: string) => void,
		signal: AbortSignal,
	): Promise<PreparedImage | Refusal>;
	/** Create and start, or adopt what is already there under that name. Never starts twice: what was removed after a start neither, if `first` is told. */
	launch(
		job: Job,
		signal: AbortSignal,
		first?: FirstStart,
	): Promise<Started | Refusal>;
	/** Answer once it has ended, at once if it already has. A name that is not there has vanished. */
	wait(name: ContainerName, signal: AbortSignal): Promise<Exit>;
	/** Ask it to end, then insist after the grace. Resolves once it is not running. One that is not there is stopped already; one created but never started is removed. */
	stop(
		name: ContainerName,
		graceMs: number,
		signal?: AbortSignal,
	): Promise<void>;
	/** What it wrote from the cursor on, and what it goes on to write; ends when it has ended and all is told. Order holds within a stream. Who reads slowly may hold it back for a moment, never for long. */
	logs(
		name: ContainerName,
		from: LogCursor,
		signal: AbortSignal,
	): AsyncIterable<LogPiece>;
	/** Remove what launching it left behind, running or not. */
	remove(name: ContainerName, signal?: AbortSignal): Promise<void>;
	/** Everything of this instance that is launched (or only created) and not yet removed. */
	list(): Promise<readonly Listed[]>;
	/** Everything else that carries this instance's labels, such as what another version of berth made beside its containers. */
	strays(): Promise<readonly Stray[]>;
	/** One that is not there is removed already. */
	removeStray(stray: Stray): Promise<void>;
	/** Ends whoever waits here. What runs goes on. */
	close(): Promise<void>;
}

export interface ImageRequest {
	readonly image: string;
	readonly pull: PullPolicy;
	readonly platform?: string;
	/** No other image will do than this one: under its id, or another id for the same. It is neither built nor pulled. */
	readonly exactly?: PreparedImage;
	/** Only look: nothing is built, pulled or installed. What that would get is refused as `absent`. */
	readonly look?: true;
}

/** One container, in full. Plain data. */
export interface Job {
	readonly name: ContainerName;
	readonly run: RunId;
	readonly task: TaskName;
	readonly attempt: AttemptId;
	readonly image: PreparedImage;
	readonly command: readonly string[];
	readonly entrypoint?: readonly string[];
	readonly env: Named<string>;
	readonly workdir?: string;
	/** `uid:gid`. */
	readonly user: string;
	/** Its inputs and outputs, which are berth's to provide: that one is missing is no fault of the task's. What it asks for itself is in its wall. */
	readonly mounts: readonly Mount[];
	readonly wall: Wall;
	/** How much of its log is kept: so much the runtime must be able to hold. */
	readonly logBytes: number;
}

/** What outlives the container: was it ever to be started? Without it, nothing tells one that was removed from one that never was. */
export interface FirstStart {
	/** A start was asked for before, so nothing under the name means that it is gone, and it must not be made again. */
	readonly wasAsked: boolean;
	/** Called before each start. Once it resolves, the asking is remembered. */
	ask(): Promise<void>;
}

/** Paths are as this process sees them; the runtime translates them to the host's where they differ. */
export interface Mount {
	readonly source: string;
	readonly target: string;
	readonly readOnly: boolean;
}

export interface Started {
	readonly kind: "started";
	/** By the engine's clock. */
	readonly at: Instant;
}

export interface Refusal {
	readonly kind: "refused";
	readonly message: string;
	/** By no fault of the task's: it costs no retry. */
	readonly lost: boolean;
	/** It is not here yet: who did more than look would get it first. */
	readonly absent?: true;
}

/** It was started once and is not there any more: what it wrote may be half of something, so it is left to a new attempt. */
export const goneSinceStart = ({ task, name }: Job): Refusal => ({
	kind: "refused",
	message: `The container ${name} of task "${task}" is gone: it was started, and somebody removed it. The task is tried again, with empty outputs.`,
	lost: true,
});

export type Exit =
	| {
			readonly kind: "exited";
			readonly code: number;
			readonly at: Instant;
			readonly started: Instant;
			/** Such as a child that ran out of memory although the program exited with 0. */
			readonly warning: string | null;
	  }
	| {
			readonly kind: "ended";
			readonly ending: Extract<
				Ending,
				{ kind: "out-of-memory" | "refused" | "vanished" }
			>;
			readonly at: Instant;
	  };

export interface Listed {
	readonly name: ContainerName;
	readonly attempt: AttemptId;
	readonly running: boolean;
}

/** Something of ours that is no attempt's container. This version makes none that stays. */
export interface Stray {
	readonly kind: "container" | "network" | "volume";
	/** What the runtime knows it by; two networks may have one name. */
	readonly id: string;
	readonly name: string;
	/** Whose it says it is; null where it does not say. */
	readonly attempt: AttemptId | null;
	readonly run: RunId | null;
	/** By the engine's clock. */
	readonly createdAt: Instant;
}

/** The runtime itself does not answer. Nothing is known about the task. */
export class RuntimeUnreachable extends Error {
	override readonly name: string = "RuntimeUnreachable";
}

/** It may be there, but cannot be used before somebody does what the message says. Of the task just as little is known. */
export class RuntimeUnusable extends RuntimeUnreachable {
	override readonly name = "RuntimeUnusable";
}

/** It is not the one that was opened any more, as after an update: it has to be opened anew. */
export class RuntimeReplaced extends RuntimeUnreachable {
	override readonly name = "RuntimeReplaced";
}
