import {
	mkdir,
	mkdtemp,
	readFile,
	rm,
	stat,
	utimes,
	writeFile,
} from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { EngineCalls } from "../../../orchestrator/runtimes/docker/engine-calls.ts";
import { EngineError } from "../../../orchestrator/runtimes/docker/engine-errors.ts";
import { proveHostPath } from "../../../orchestrator/runtimes/docker/prove-host-path.ts";
import { RuntimeUnreachable } from "../../../orchestrator/runtimes/port.ts";

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
	const wrong = await proveHostPath(
		engine as unknown as EngineCalls,
		{
			instance: "abcdefghij",
			hostData: "/data",
		},
		"/data",
	);
	expect(wrong).toBeNull();
	expect(engine.tried).toEqual(["gone", "there"]);
});

test("an engine that loses every image is told of", async () => {
	const engine = new FadingEngine(["a", "b", "c", "d", "e", "f"]);
	const wrong = await proveHostPath(
		engine as unknown as EngineCalls,
		{
			instance: "abcdefghij",
			hostData: "/data",
		},
		"/data",
	);
	expect(wrong).toMatch(/says: No such image: e\. Set BERTH_HOST_DATA/);
});

/** An engine whose name for the container is taken for so many askings. */
const anEngineWithTakenName = (times: number) => ({
	json: async (method: string, path: string) => {
		if (path === "/images/json") return [{ Id: "any" }];
		if (method === "POST" && times-- > 0)
			throw new EngineError(409, "The name is already in use.");
		return null;
	},
	bytes: async () => Buffer.from("abcdefghij"),
});

const OWNER = { instance: "abcdefghij", hostData: "/data" };

test("another command that looks at the same time is no reason not to reach the data directory", async () => {
	const engine = anEngineWithTakenName(2) as unknown as EngineCalls;
	expect(await proveHostPath(engine, OWNER, "/data")).toBeNull();
});

test("a name that is not free for long is the engine's trouble, not the data directory's", async () => {
	const engine = anEngineWithTakenName(100) as unknown as EngineCalls;
	const proving = proveHostPath(engine, OWNER, "/data");
	await expect(proving).rejects.toThrow(RuntimeUnreachable);
});

/** An engine that mounts this file, and counts how often it is asked for what is in it. */
class MountingEngine {
	sent = 0;
	readonly #file: string;
	readonly #tell: (time: string) => string | null;

	constructor(
		file: string,
		tell: (time: string) => string | null = (time) => time,
	) {
		this.#file = file;
		this.#tell = tell;
	}

	async json(_method: string, path: string): Promise<unknown> {
		return path === "/images/json" ? [{ Id: "any" }] : null;
	}

	async bytes(method: string, _path: string, call: Looking): Promise<Buffer> {
		if (method === "HEAD") {
			const told = await this.#stat();
			call.onTaken?.(told ? { "x-docker-container-path-stat": told } : {});
			return Buffer.alloc(0);
		}
		this.sent += 1;
		return readFile(this.#file);
	}

	/** With the nine digits that Go writes, unless they are zeros. */
	async #stat(): Promise<string | null> {
		const { size, mtimeNs } = await stat(this.#file, { bigint: true });
		const seconds = new Date(Number(mtimeNs / 1_000_000n)).toISOString();
		const fraction = String(mtimeNs % 1_000_000_000n).padStart(9, "0");
		const time = `${seconds.slice(0, 19)}.${fraction.replace(/0+$/, "")}Z`;
		const mtime = this.#tell(time);
		if (mtime === null) return null;
		const told = { name: "x", size: Number(size), mode: 420, mtime };
		return Buffer.from(JSON.stringify(told)).toString("base64");
	}
}

interface Looking {
	readonly onTaken?: (headers: IncomingHttpHeaders) => void;
}

const prove = (engine: MountingEngine, data: string) =>
	proveHostPath(
		engine as unknown as EngineCalls,
		{ instance: "abcdefghij", hostData: "/data" },
		data,
	);

test("an engine that mounts the very file need not send it", async () => {
	const { data, file } = await aData("abcdefghij");
	const engine = new MountingEngine(file);
	expect(await prove(engine, data)).toBeNull();
	expect(engine.sent).toBe(0);
});

test("an engine that mounts another berth's file is told of, even one as long", async () => {
	const { data } = await aData("abcdefghij");
	const other = await aData("klmnopqrst");
	const engine = new MountingEngine(other.file);
	expect(await prove(engine, data)).toMatch(/another berth's data/);
});

test("an engine that tells no time, or only seconds, is asked for what is in the file", async () => {
	const { data, file } = await aData("abcdefghij");
	for (const told of [null, "2026-11-21T20:20:27Z"]) {
		const engine = new MountingEngine(file, () => told);
		expect(await prove(engine, data)).toBeNull();
		expect(engine.sent).toBe(1);
	}
});

test("a copy that an engine mounts is not taken for the file, however alike", async () => {
	const { data, file } = await aData("abcdefghij");
	const copy = await aData("abcdefghij");
	const { atime, mtime } = await stat(file);
	await utimes(copy.file, atime, mtime);
	const engine = new MountingEngine(copy.file);
	await prove(engine, data);
	expect(engine.sent).toBe(1);
});

async function aData(instance: string) {
	const data = await mkdtemp(join(tmpdir(), "berth-proof-"));
	onTestFinished(() => rm(data, { recursive: true }));
	const file = join(data, ".berth/instance");
	await mkdir(join(data, ".berth"));
	await writeFile(file, instance);
	return { data, file };
}
