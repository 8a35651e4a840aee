import { bounded } from "../../boundary.ts";
import type { ContainerName } from "../../model/words.ts";
import { AttachSocket } from "./attach-socket.ts";
import type { Container } from "./container.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { inspect } from "./inspect.ts";
import { Hearing } from "./known.ts";

/** What is held of a container from before its start until it is removed. */
export interface Attached {
	/** Its streams; null where the engine does not let us, or once somebody reads them. */
	socket: AttachSocket | null;
	readonly hearing: Hearing;
	/**
	 * How it is after its end; null when it is gone. Asked for before its start, so it also proves that the engine has lived through the end.
	 * Rejects when the line to the engine was cut.
	 */
	readonly exit: Promise<Container | null>;
	/** How it is now; null when it is gone. */
	look(): Promise<Container | null>;
	close(): void;
}

/**
 * Listen to a container that was created and not yet started. Only at a socket of this machine, where nobody between ends a line.
 * Null when the engine does not take it up: then its log is read, and it is waited for, as for any other.
 */
export async function attach(
	calls: EngineCalls,
	name: ContainerName,
): Promise<Attached | null> {
	const place = calls.socket;
	if (!place) return null;
	const ended = new AbortController();
	const [socket, waiting] = await Promise.all([
		bounded(
			() => "attach to container",
			() => AttachSocket.open(place.path, `/${place.version}${urlOf(name)}`),
		),
		beginWait(calls, name, ended.signal),
	]);
	if (!waiting) {
		socket?.close();
		return null;
	}
	const look = () => inspect(calls, name);
	const seen = waiting.answer.then(look);
	// Whoever waits asks again, and whoever listens reads the copy: the engine is gone, or hangs.
	const hearing = new Hearing(Date.now);
	seen.catch(() => {
		hearing.cut();
		socket?.close();
	});
	const attached: Attached = {
		socket,
		hearing,
		exit: seen,
		look,
		close: () => {
			attached.socket?.close();
			ended.abort();
		},
	};
	return attached;
}

const urlOf = (name: ContainerName): string =>
	`/containers/${name}/attach?stream=1&stdout=1&stderr=1`;

/** Null when the engine says no, or takes too long. */
async function beginWait(
	calls: EngineCalls,
	name: ContainerName,
	signal: AbortSignal,
): Promise<{ readonly answer: Promise<unknown> } | null> {
	const late = new AbortController();
	const timer = setTimeout(() => late.abort(), BEGIN_MS);
	try {
		const begun = await calls.begin("POST", `/containers/${name}/wait`, {
			query: { condition: "next-exit" },
			signal: AbortSignal.any([signal, late.signal]),
		});
		begun.answer.catch(() => undefined);
		return begun;
	} catch {
		return null;
	} finally {
		clearTimeout(timer);
	}
}

const BEGIN_MS = 2_000;
