import { connect, type Socket } from "node:net";
import { ByteQueue, type Taken } from "./byte-queue.ts";

/**
 * What a container's streams say, as the engine hears it. A reader that lags holds the engine, and it the container, for a moment; then
 * the line is cut, because the engine gives up waiting for a reader 2 s after the container's end, and then nobody hears the rest.
 */
export class AttachSocket {
	/** Milliseconds since the epoch at which the line ended in good order; null while it has not, or when it was cut. */
	endedAt: number | null = null;
	readonly #socket: Socket;
	readonly #queue = new ByteQueue();
	readonly #opened = Promise.withResolvers<boolean>();
	#head: Buffer | null = Buffer.alloc(0);
	#isOver = false;
	#news: () => void = () => undefined;
	#patience: NodeJS.Timeout | undefined;

	/** Null when the engine does not let us, or takes too long. */
	static async open(path: string, url: string): Promise<AttachSocket | null> {
		const attached = new AttachSocket(path, url);
		const slow = setTimeout(() => attached.close(), OPEN_MS);
		const isOpen = await attached.#opened.promise;
		clearTimeout(slow);
		return isOpen ? attached : null;
	}

	private constructor(path: string, url: string) {
		const callback = (size: number): boolean =>
			this.#read(shared.subarray(0, size));
		this.#socket = connect({ path, onread: { buffer: shared, callback } });
		this.#socket.on("connect", () => this.#socket.write(request(url)));
		this.#socket.on("error", () => undefined); // "close" follows
		this.#socket.on("end", () => this.#end());
		this.#socket.on("close", () => this.#over());
	}

	/** All that was heard since; waits for something, at most until then. Null when it is over and all is taken. */
	async take(signal: AbortSignal, until: number): Promise<Taken | null> {
		signal.throwIfAborted(); // it tells nobody who comes later
		if (this.#queue.isEmpty && !this.#isOver) await this.#more(signal, until);
		signal.throwIfAborted();
		if (this.#queue.isEmpty && this.#isOver) return null;
		const taken = this.#queue.take();
		clearTimeout(this.#patience);
		this.#patience = undefined;
		this.#socket.resume();
		return taken;
	}

	/** It need not be heard to its end. */
	close(): void {
		this.#socket.destroy();
		this.#over();
	}

	#read(bytes: Buffer): boolean {
		if (this.#isOver) return false;
		const said = this.#head ? this.#afterHead(bytes) : bytes;
		if (said.length > 0) this.#queue.push(said, Date.now());
		this.#news();
		if (this.#queue.size < MOST_BYTES) return true;
		this.#patience ??= setTimeout(() => this.#lose(LAG_MS), LAG_MS / 2);
		return false;
	}

	/** Twice, because a process that was not let run for a while finds all its timers over before its reader had a turn. */
	#lose(ms: number): void {
		if (ms > 0) this.#patience = setTimeout(() => this.#lose(0), ms / 2);
		else this.close();
	}

	/** The engine answers like a server; then the line is the container's. */
	#afterHead(bytes: Buffer): Buffer {
		const head = Buffer.concat([this.#head ?? EMPTY, bytes]);
		const end = head.indexOf("\r\n\r\n");
		this.#head = end < 0 ? head : null;
		if (end < 0) return EMPTY;
		const isOurs = /^HTTP\/1\.1 (101|200) /.test(head.toString("latin1"));
		if (!isOurs) this.close();
		this.#opened.resolve(isOurs);
		return isOurs ? head.subarray(end + 4) : EMPTY;
	}

	#end(): void {
		if (!this.#isOver) this.endedAt = Date.now();
		this.#over();
	}

	#over(): void {
		this.#isOver = true;
		clearTimeout(this.#patience);
		this.#opened.resolve(false);
		this.#news();
	}

	async #more(signal: AbortSignal, until: number): Promise<void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#news = resolve;
		signal.addEventListener("abort", resolve as () => void, { once: true });
		const ms = until - Date.now();
		const timer =
			until === Number.POSITIVE_INFINITY
				? undefined
				: setTimeout(resolve, Math.max(0, ms));
		await promise;
		clearTimeout(timer);
		signal.removeEventListener("abort", resolve as () => void);
	}
}

const EMPTY = Buffer.alloc(0);

/** What is read is copied before anything else is, so one buffer is enough for all. */
const shared = Buffer.allocUnsafeSlow(64 * 1024);

/** What one container may have said that is not stored yet. */
const MOST_BYTES = 2 ** 20;

/** How long the container may be held back, when that is reached. */
const LAG_MS = 800;

const OPEN_MS = 2_000;

const request = (url: string): string =>
	[
		`POST ${url} HTTP/1.1`,
		"Host: docker",
		"Connection: Upgrade",
		"Upgrade: tcp",
		"Content-Length: 0",
		"\r\n",
	].join("\r\n");
