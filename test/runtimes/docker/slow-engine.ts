import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import {
	createServer,
	type IncomingMessage,
	request,
	type ServerResponse,
} from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * A socket before a real engine that hands on every question at once unless it is told to keep it, and keeps answers back. As behind
 * many a proxy, nobody can attach to a container: logs are read from the engine's copy.
 */
export class SlowEngine {
	readonly env: Record<string, string>;
	/** Every question so far, as `POST /containers/create`. */
	readonly asked: string[] = [];
	/** Every answer of the engine so far, as `201 POST /containers/create`. */
	readonly answered: string[] = [];
	/** The questions that are still waited for. */
	readonly open = new Set<string>();
	/** How long every answer takes beside its own time. */
	delayMs = 0;
	readonly #engine: string;
	readonly #folder: string;
	readonly #server = createServer((question, answer) => {
		void this.#pass(question, answer);
	});
	readonly #kept: Kept[] = [];
	readonly #going = new Map<ServerResponse, string>();
	#held: { readonly which: RegExp; readonly gate: Gate } | null = null;
	#onHeld: (() => void) | null = null;

	private constructor(folder: string, engine: string) {
		this.#folder = folder;
		this.#engine = engine;
		this.env = { DOCKER_HOST: `unix://${join(folder, "docker.sock")}` };
	}

	static async open(engine = "/var/run/docker.sock"): Promise<SlowEngine> {
		const folder = await mkdtemp(join(tmpdir(), "berth-slow-"));
		const slow = new SlowEngine(folder, engine);
		slow.#server.listen(join(folder, "docker.sock"));
		await once(slow.#server, "listening");
		return slow;
	}

	/** Keep back the answers to these from now on. Resolves when the engine has given the first. */
	hold(which: RegExp): Promise<void> {
		this.#held = { which, gate: Promise.withResolvers() };
		return new Promise((resolve) => {
			this.#onHeld = resolve;
		});
	}

	/** Let go of what is kept back. Who asked may be gone. */
	release(): void {
		this.#held?.gate.resolve();
		this.#held = null;
	}

	/** Keep these questions from the engine, as one does that hangs: also when nobody waits for the answer any more, they are handed on in the end. */
	keep(which: RegExp): Kept {
		const gate: Gate = Promise.withResolvers();
		const kept = { which, gate, handOn: () => gate.resolve() };
		this.#kept.push(kept);
		return kept;
	}

	/** End what is being answered to these in good order, as an engine does that is restarted. */
	end(which: RegExp): void {
		for (const [answer, words] of this.#going)
			if (which.test(words)) answer.end();
	}

	/** How often it was asked this. */
	count(which: RegExp): number {
		return this.asked.filter((question) => which.test(question)).length;
	}

	async close(): Promise<void> {
		this.release();
		for (const kept of this.#kept) kept.handOn();
		this.#server.closeAllConnections();
		this.#server.close();
		await rm(this.#folder, { recursive: true, force: true });
	}

	async #pass(question: IncomingMessage, answer: ServerResponse) {
		const { method, url = "", headers } = question;
		const words = `${method} ${url.replace(/^\/v[\d.]+/, "").replace(/\?.*/, "")}`;
		this.asked.push(words);
		this.open.add(words);
		answer.on("close", () => this.open.delete(words));
		if (words.endsWith("/attach")) return void answer.writeHead(501).end();
		await this.#kept.find(({ which }) => which.test(words))?.gate.promise;
		const socketPath = this.#engine;
		const asked = request({ socketPath, method, path: url, headers });
		answer.on("close", () => asked.destroy());
		asked.on("error", () => answer.destroy());
		if (question.destroyed) asked.end();
		else question.pipe(asked);
		const given = await new Promise<IncomingMessage>((resolve) =>
			asked.on("response", resolve),
		);
		this.answered.push(`${given.statusCode} ${words}`);
		if (this.delayMs > 0) await sleep(this.delayMs);
		if (this.#held?.which.test(words)) {
			const { gate } = this.#held;
			this.#onHeld?.();
			await gate.promise;
		}
		given.on("error", () => answer.destroy());
		this.#going.set(answer, words);
		answer.on("close", () => this.#going.delete(answer));
		answer.writeHead(given.statusCode ?? 500, given.headers).flushHeaders();
		given.pipe(answer);
	}
}

type Gate = PromiseWithResolvers<void>;

interface Kept {
	readonly which: RegExp;
	readonly gate: Gate;
	handOn(): void;
}
