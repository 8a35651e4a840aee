import { constants, openSync } from "node:fs";
import { Socket } from "node:net";

/** One stream of the program, read through a named pipe: what Node offers by itself is a socket, which `> /dev/stderr` cannot open. */
export interface Pipe {
	/** For the program; close it here once the program has it. */
	readonly writeEnd: number;
	/** Everything was read and passed on. */
	readonly ended: Promise<void>;
	/** Stop reading. */
	close(): void;
}

/** Opens both ends of the named pipe at `path`. */
export function openPipe(
	path: string,
	to: { write(chunk: Uint8Array): void; end(): void },
): Pipe {
	// The reading end first and without waiting, because each end waits for the other.
	const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
	const writeEnd = openSync(path, constants.O_WRONLY);
	const socket = new Socket({ fd, readable: true, writable: false });
	const { promise, resolve } = Promise.withResolvers<void>();
	socket.on("data", to.write);
	socket.on("error", () => {}); // "close" follows
	socket.once("close", () => {
		to.end();
		resolve();
	});
	return { writeEnd, ended: promise, close: () => socket.destroy() };
}
