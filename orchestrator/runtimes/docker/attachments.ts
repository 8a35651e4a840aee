import type { ContainerName } from "../../model/words.ts";
import type { Attached } from "./attach.ts";
import type { Container } from "./container.ts";

/** What is held of containers that were started here. */
export class Attachments {
	readonly #held = new Map<ContainerName, Attached>();

	/** Null: the engine did not let us. */
	hold(name: ContainerName, attached: Attached | null): void {
		if (attached) this.#held.set(name, attached);
	}

	letGo(name: ContainerName): void {
		this.#held.get(name)?.close();
		this.#held.delete(name);
	}

	/** Its streams, for the first who asks: what was heard is told once. */
	heardOf(name: ContainerName) {
		const attached = this.#held.get(name);
		const socket = attached?.socket ?? null;
		if (attached) attached.socket = null;
		return {
			heard: attached && socket ? { ...attached, socket } : null,
			hearing: attached?.hearing ?? null,
		};
	}

	/** What was asked for before its start; null when that was not, or was cut. */
	async exit(
		name: ContainerName,
		signal: AbortSignal,
	): Promise<{ readonly container: Container | null } | null> {
		const exit = this.#held.get(name)?.exit;
		if (!exit) return null;
		const aborted = Promise.withResolvers<never>();
		const abort = (): void => aborted.reject(signal.reason);
		signal.addEventListener("abort", abort, { once: true });
		try {
			signal.throwIfAborted();
			return { container: await Promise.race([exit, aborted.promise]) };
		} catch {
			signal.throwIfAborted();
			return null;
		} finally {
			signal.removeEventListener("abort", abort);
		}
	}

	close(): void {
		for (const attached of this.#held.values()) attached.close();
	}
}
