import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { AttachSocket } from "../../../orchestrator/runtimes/docker/attach-socket.ts";

const LONG = Number.POSITIVE_INFINITY;

/** A line to a container, and its other end. */
async function aLine() {
	const folder = await mkdtemp(join(tmpdir(), "berth-line-"));
	const path = join(folder, "docker.sock");
	const engine = createServer((line) => void line.on("error", () => {}));
	engine.listen(path);
	onTestFinished(async () => {
		engine.close();
		await rm(folder, { recursive: true, force: true });
	});
	const called = once(engine, "connection") as Promise<[Socket]>;
	const opening = AttachSocket.open(path, "/attach");
	const [container] = await called;
	container.write("HTTP/1.1 101 UPGRADED\r\n\r\n");
	const socket = await opening;
	if (!socket) throw new Error("The line was not opened.");
	onTestFinished(() => socket.close());
	return { socket, container };
}

test("what is said is taken, then the line is quiet, and who gives up waiting is let go", async () => {
	const { socket, container } = await aLine();
	const stop = new AbortController();
	container.write("up");
	const taken = await socket.take(stop.signal, LONG);
	expect(taken?.heard.map(({ bytes }) => String(bytes))).toEqual(["up"]);
	const waiting = socket.take(stop.signal, LONG);
	stop.abort(new Error("enough"));
	await expect(waiting).rejects.toThrow("enough");
});

test("who has given up before does not wait for a container that says nothing", async () => {
	const { socket } = await aLine();
	const gaveUp = AbortSignal.abort(new Error("enough"));
	await expect(socket.take(gaveUp, LONG)).rejects.toThrow("enough");
});
