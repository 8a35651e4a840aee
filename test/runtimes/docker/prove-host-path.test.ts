import { expect, test } from "vitest";
import type { EngineCalls } from "../../../orchestrator/runtimes/docker/engine-calls.ts";
import { EngineError } from "../../../orchestrator/runtimes/docker/engine-errors.ts";
import { proveHostPath } from "../../../orchestrator/runtimes/docker/prove-host-path.ts";

/** An engine whose images go, one after the other, as soon as they are listed; the last one stays. */
class FadingEngine {
	readonly tried: string[] = [];
	readonly #images: string[];

	constructor(images: string[]) {
		this.#images = images;
	}

	async json(method: string, path: string, call: Asked): Promise<unknown> {
		if (path === "/images/json") return this.#images.map((Id) => ({ Id }));
		if (method !== "POST") return null;
		const image = call.body.Image;
		this.tried.push(image);
		if (this.#images.length === 1) return { Id: "made" };
		this.#images.shift();
		throw new EngineError(404, `No such image: ${image}`);
	}

	async bytes(): Promise<Buffer> {
		return Buffer.from("abcdefghij");
	}
}

interface Asked {
	readonly body: { readonly Image: string };
}

test("the data directory's path is proved with another image when the first has just been removed", async () => {
	const engine = new FadingEngine(["gone", "there"]);
	const wrong = await proveHostPath(engine as unknown as EngineCalls, {
		instance: "abcdefghij",
		hostData: "/data",
	});
	expect(wrong).toBeNull();
	expect(engine.tried).toEqual(["gone", "there"]);
});

test("an engine that loses every image is told of", async () => {
	const engine = new FadingEngine(["a", "b", "c", "d", "e", "f"]);
	const wrong = await proveHostPath(engine as unknown as EngineCalls, {
		instance: "abcdefghij",
		hostData: "/data",
	});
	expect(wrong).toMatch(/says: No such image: e\. Set BERTH_HOST_DATA/);
});
