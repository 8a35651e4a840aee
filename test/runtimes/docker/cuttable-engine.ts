import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A socket before the real engine, whose line can be cut: what a restarting daemon looks like from here. */
export class CuttableEngine {
	readonly env: Record<string, string>;
	/** How many connections there are. */
	get lines(): number {
		return this.#sockets.size;
	}
	/** Bytes that came from the engine. */
	received = 0;
	#isCut = false;
	readonly #folder: string;
	readonly #sockets = new Set<Socket>();
	readonly #server = createServer((socket) => this.#accept(socket));

	private constructor(folder: string) {
		this.#folder = folder;
		this.env = { DOCKER_HOST: `unix://${join(folder, "docker.sock")}` };
	}

	static async open(): Promise<CuttableEngine> {
		const folder = await mkdtemp(join(tmpdir(), "berth-cut-"));
		const engine = new CuttableEngine(folder);
		engine.#server.listen(join(folder, "docker.sock"));
		await once(engine.#server, "listening");
		return engine;
	}

	cut(): void {
		this.#isCut = true;
		for (const socket of this.#sockets) socket.destroy();
	}

	mend(): void {
		this.#isCut = false;
	}

	async close(): Promise<void> {
		this.cut();
		this.#server.close();
		await rm(this.#folder, { recursive: true, force: true });
	}

	#accept(socket: Socket): void {
		if (this.#isCut) return void socket.destroy();
		const engine = connect("/var/run/docker.sock");
		this.#sockets.add(socket);
		engine.on("data", (part) => {
			this.received += part.length;
		});
		const end = () => {
			this.#sockets.delete(socket);
			engine.destroy();
			socket.destroy();
		};
		socket.on("error", end).on("close", end);
		engine.on("error", end).on("close", end);
		socket.pipe(engine).pipe(socket);
	}
}
