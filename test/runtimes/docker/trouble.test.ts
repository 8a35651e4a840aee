import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openDocker } from "../../../orchestrator/runtimes/docker/open-docker.ts";
import {
	RuntimeReplaced,
	RuntimeUnreachable,
	RuntimeUnusable,
} from "../../../orchestrator/runtimes/port.ts";

let server: Server;
let folder: string;
afterEach(async () => {
	server.closeAllConnections();
	server.close();
	await rm(folder, { recursive: true });
});

/** Opens an engine that answers a ping, and everything else with this. */
async function opening(status: number, message: string) {
	folder = await mkdtemp(join(tmpdir(), "berth-trouble-"));
	const socket = join(folder, "docker.sock");
	server = createServer(({ url }, response) => {
		const isPing = url?.startsWith("/_ping");
		response.writeHead(isPing ? 200 : status, { "api-version": "1.47" });
		response.end(isPing ? "OK" : JSON.stringify({ message }));
	}).listen(socket);
	await once(server, "listening");
	return openDocker({
		env: { DOCKER_HOST: `unix://${socket}` },
		instance: "aaaaaaaaaa",
		data: folder,
		folderOf: () => null,
	}).catch((error: unknown) => error);
}

test("an engine that is in trouble while it is opened is waited for", async () => {
	const error = await opening(500, "containerd has a bad day");
	expect(error).toBeInstanceOf(RuntimeUnreachable);
	expect(error).not.toBeInstanceOf(RuntimeUnusable);
	expect(String(error)).toContain("containerd has a bad day");
});

test("an engine that was updated and speaks another version is to be opened anew", async () => {
	const words =
		"client version 1.47 is too old. Minimum supported API version is 1.50";
	const error = await opening(400, words);
	expect(error).toBeInstanceOf(RuntimeReplaced);
	expect(String(error)).toContain(words);
});
