import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Instant, iso } from "../../orchestrator/model/words.ts";
import type {
	LogCursor,
	LogFrame,
	LogPiece,
	Stream,
} from "../../orchestrator/runtimes/log-port.ts";
import type { Exit, Job, Started } from "../../orchestrator/runtimes/port.ts";

/** What it does when it is asked to stop: end with 143, be killed after the grace (137), or go on until the test ends it. */
export type OnStop = "end" | "ignore" | "linger";

/** One launched job, and the strings that move it. */
export class PuppetTask {
	readonly job: Job;
	readonly started: Started;
	onStop: OnStop = "end";
	readonly #now: () => Instant;
	readonly #onEnd: () => void;
	readonly #frames: LogFrame[] = [];
	readonly #unfinished: Record<Stream, Buffer> = {
		stdout: EMPTY,
		stderr: EMPTY,
	};
	#end: Exit | null = null;
	#isThere = true;
	#news = Promise.withResolvers<void>();
	/** Nanoseconds, so that no two lines have the same time. */
	#lastTime = 0n;

	constructor(job: Job, now: () => Instant, onEnd: () => void) {
		this.job = job;
		this.#now = now;
		this.#onEnd = onEnd;
		this.started = { kind: "started", at: now() };
	}

	/** Null while it runs. */
	get end(): Exit | null {
		return this.#end;
	}

	/** False once it was removed, or has vanished. */
	get isThere(): boolean {
		return this.#isThere;
	}

	exit(code: number, warning: string | null = null): void {
		this.#exit(code, warning, this.#now());
	}

	#exit(code: number, warning: string | null, at: Instant): void {
		const { at: started } = this.started;
		this.#finish({ kind: "exited", code, at, started, warning });
	}

	outOfMemory(): void {
		const limit = this.job.wall.memoryBytes / 2 ** 20;
		const message = `Task "${this.job.task}" ran out of memory at its limit of ${limit} MiB.`;
		const ending = { kind: "out-of-memory", code: 137, message } as const;
		this.#finish({ kind: "ended", ending, at: this.#now() });
	}

	/** Gone without a trace, as when somebody removes a container by hand. */
	vanish(): void {
		const message = `Its container ${this.job.name} is gone.`;
		const ending = { kind: "vanished", message } as const;
		this.#finish({ kind: "ended", ending, at: this.#now() });
		this.#isThere = false;
	}

	/** Print one line. */
	print(line: string, to: Stream = "stdout"): void {
		this.say(`${line}\n`, to);
	}

	/** Print bytes as they are; a line without its end is told when there is more of it, or when the task ends. */
	say(bytes: string | Uint8Array, to: Stream = "stdout"): void {
		this.#mustRun("print");
		const more = Buffer.from(bytes as string);
		this.#unfinished[to] = this.#cut(
			Buffer.concat([this.#unfinished[to], more]),
			to,
		);
		this.#tell();
	}

	/** Write a file where the task would: below one of its mounts, such as `/out/table/x.csv`. */
	write(path: string, text: string | Uint8Array): void {
		this.#mustRun("write");
		const file = this.locate(path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text);
	}

	/** The file on this side that the task would see at this path. */
	locate(path: string): string {
		const inside = path.startsWith("/") ? path : `/${path}`;
		const mount = this.job.mounts.find(
			({ target }) => inside === target || inside.startsWith(`${target}/`),
		);
		if (!mount)
			throw new Error(
				`Task "${this.job.task}" cannot reach ${inside}: its mounts are ${this.job.mounts.map(({ target }) => target).join(", ") || "none"}.`,
			);
		return join(mount.source, inside.slice(mount.target.length));
	}

	/** As the runtime's `stop`. No program ends in the very millisecond in which it is told to. */
	async stop(signal?: AbortSignal): Promise<void> {
		if (this.#end) return;
		const code = this.onStop === "end" ? 143 : 137;
		if (this.onStop === "linger") await this.ended(signal);
		else this.#exit(code, null, (this.#now() + 1) as Instant);
	}

	/** Resolves once it has ended. */
	async ended(signal?: AbortSignal): Promise<Exit> {
		for (;;) {
			if (this.#end) return this.#end;
			await this.#change(signal);
		}
	}

	async *logs(from: LogCursor, signal: AbortSignal): AsyncGenerator<LogPiece> {
		const seen = { stdout: 0, stderr: 0 };
		let time = { stdout: "", stderr: "" };
		for (let at = 0; ; at++) {
			while (at >= this.#frames.length) {
				if (this.#end) return;
				await this.#change(signal);
			}
			const frame = this.#frames[at];
			if (!frame) return;
			const { stream } = frame;
			seen[stream] = frame.time === time[stream] ? seen[stream] + 1 : 1;
			time = { ...time, [stream]: frame.time };
			if (isAfter(frame, seen[stream], from[stream]))
				yield { kind: "frames", frames: [frame] };
		}
	}

	forget(): void {
		if (!this.#end) this.exit(137);
		this.#isThere = false;
		this.#tell();
	}

	#mustRun(what: string): void {
		if (this.#end)
			throw new Error(
				`Task "${this.job.task}" cannot ${what}: it has ended already.`,
			);
	}

	#finish(end: Exit): void {
		this.#mustRun("end");
		for (const stream of ["stdout", "stderr"] as const) {
			const rest = this.#unfinished[stream];
			if (rest.length) this.#frame(stream, rest, this.#time(), false);
		}
		this.#end = end;
		this.#onEnd();
		this.#tell();
	}

	/** Turn whole lines into frames, as an engine does; answers with what is no whole line yet. */
	#cut(bytes: Buffer, stream: Stream): Buffer {
		let rest = bytes;
		for (;;) {
			const end = rest.indexOf(LINE_FEED);
			if (end < 0) return rest;
			const time = this.#time();
			let at = 0;
			for (; end - at > PART; at += PART)
				this.#frame(stream, rest.subarray(at, at + PART), time, false);
			this.#frame(stream, rest.subarray(at, end), time, true);
			rest = rest.subarray(end + 1);
		}
	}

	#frame(stream: Stream, bytes: Buffer, time: string, complete: boolean): void {
		const all = complete ? Buffer.concat([bytes, FEED]) : bytes;
		this.#frames.push({ stream, time, bytes: all });
	}

	#time(): string {
		const now = BigInt(this.#now()) * 1_000_000n;
		this.#lastTime = now > this.#lastTime ? now : this.#lastTime + 1n;
		const milliseconds = Number(this.#lastTime / 1_000_000n) as Instant;
		const nanoseconds = String(this.#lastTime % 1_000_000n).padStart(6, "0");
		return iso(milliseconds).replace("Z", `${nanoseconds}Z`);
	}

	#tell(): void {
		this.#news.resolve();
		this.#news = Promise.withResolvers();
	}

	async #change(signal?: AbortSignal): Promise<void> {
		if (!signal) return await this.#news.promise;
		signal.throwIfAborted();
		const aborted = Promise.withResolvers<never>();
		const abort = () => aborted.reject(signal.reason);
		signal.addEventListener("abort", abort, { once: true });
		try {
			await Promise.race([this.#news.promise, aborted.promise]);
		} finally {
			signal.removeEventListener("abort", abort);
		}
	}
}

const EMPTY: Buffer = Buffer.alloc(0);
const LINE_FEED = 10;
const FEED = Buffer.from("\n");
const PART = 16 * 1024;

function isAfter(
	frame: LogFrame,
	count: number,
	place: LogCursor["stdout"],
): boolean {
	if (!place || frame.time > place.time) return true;
	return frame.time === place.time && count > place.frames;
}
