import { once } from "node:events";
import { text } from "node:stream/consumers";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { callOwner } from "../../orchestrator/api/call-owner.ts";

/** Answers on a thread of its own, at whatever this one is busy with. */
const SERVER = `
const { parentPort } = require("node:worker_threads");
const server = require("node:http").createServer((_, answer) => answer.end("{}"));
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));`;

test("who stood still for longer than an owner may take is answered all the same", async () => {
	const server = new Worker(SERVER, { eval: true });
	onTestFinished(async () => void (await server.terminate()));
	const [port] = await once(server, "message");
	const { signal } = new AbortController();
	const note = { address: `http://127.0.0.1:${port}`, token: "t" };
	const answer = callOwner(note as Parameters<typeof callOwner>[0], {
		method: "GET",
		path: "/about",
		signal,
	});
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500);
	expect(await text(await answer)).toBe("{}");
});
