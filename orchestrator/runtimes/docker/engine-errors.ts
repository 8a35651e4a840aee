import { RuntimeUnreachable } from "../port.ts";

/** The engine understood and said no. */
export class EngineError extends Error {
	override readonly name = "EngineError";
	readonly status: number;

	constructor(status: number, message: string) {
		super(message.trim());
		this.status = status;
	}
}

/** Did the engine answer with this status? */
export const isStatus = (error: unknown, status: number): boolean =>
	error instanceof EngineError && error.status === status;

/** Nothing was said, or nothing to the point. */
export function unreachable(error: unknown): RuntimeUnreachable {
	if (error instanceof RuntimeUnreachable) return error;
	const why = error instanceof Error ? error.message : String(error);
	const what =
		error instanceof EngineError ? "is in trouble" : "does not answer";
	return new RuntimeUnreachable(
		`The Docker engine ${what} (${why}). What runs goes on running; berth asks again until it does.`,
		{ cause: error },
	);
}

/** For what is not about the task: an engine that fails tells of itself. */
export function asUnreachable(error: unknown): unknown {
	return error instanceof EngineError && error.status >= 500
		? unreachable(error)
		: error;
}

/** The engine was updated, and does not speak the version that was agreed on any more. */
export const isOtherVersion = (error: unknown): error is EngineError =>
	error instanceof EngineError &&
	error.status === 400 &&
	/client version \S+ is too (old|new)/.test(error.message);

/** An answer that tells of the engine's own trouble, not of what was asked. */
export function isDaemonTrouble(error: unknown): boolean {
	if (!(error instanceof EngineError)) return false;
	if ([502, 503, 504].includes(error.status)) return true;
	return error.status === 500 && TROUBLE.test(error.message);
}

/** containerd is gone or not back yet, or the daemon is going down. */
const TROUBLE =
	/containerd.*(refused|no such file|unavailable)|transport is closing|connection error: desc|code = Unavailable|client is closing|daemon is shutting down|context deadline exceeded.*containerd/i;
