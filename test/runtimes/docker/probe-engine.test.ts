import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { probeEngine } from "../../../orchestrator/runtimes/docker/probe-engine.ts";
import { engineTest, engineVersion } from "../../rig/engine.ts";

/** What comes of asking an engine that answers like this, and what it was asked. */
async function probeOf(
	answer: (response: ServerResponse) => void,
	timeoutMs?: number,
) {
	const asked: string[] = [];
	const server = createServer((request, response) => {
		asked.push(`${request.url}`);
		answer(response);
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	const env = { DOCKER_HOST: `tcp://127.0.0.1:${port}` };
	const probe = await probeEngine(env, timeoutMs);
	server.closeAllConnections();
	server.close();
	return { probe, asked };
}

const speaking = (api: string, version: string) => (response: ServerResponse) =>
	response
		.writeHead(200, { "Api-Version": api, Server: `Docker/${version} (linux)` })
		.end("OK");

test.each([
	["1.41", "20.10.24", "1.41"],
	["1.43", "24.0.7", "1.43"],
	["1.51", "28.5.2", "1.51"],
	["1.52", "29.0.0", "1.52"],
	["1.60", "31.1.0", "1.52"],
])(
	"hazard 9: with an engine of API %s (%s) we speak %s",
	async (api, version, apiVersion) => {
		expect(await probeOf(speaking(api, version))).toMatchObject({
			probe: { ok: true, version, apiVersion },
			asked: ["/_ping"],
		});
	},
);

test.each([
	[speaking("1.40", "19.03.15"), "Update the engine", false],
	[
		(r: ServerResponse) => r.writeHead(200).end("OK"),
		"API of no version",
		false,
	],
	[
		(r: ServerResponse) => r.writeHead(503).end("starting up"),
		"answered 503: starting up",
		true,
	],
	[(r: ServerResponse) => r.destroy(), "did not answer", true],
])(
	"an engine that will not do is told by its reason, and whether it may do later",
	async (answer, reason, isThere) => {
		expect(await probeOf(answer)).toEqual({
			probe: { ok: false, isThere, reason: expect.stringContaining(reason) },
			asked: ["/_ping"],
		});
	},
);

test("an engine that is silent is not waited for", async () => {
	// Where this process is held up for so long, it has not even heard the question.
	const { probe } = await probeOf(() => {}, 50);
	expect(probe).toMatchObject({
		ok: false,
		isThere: true,
		reason: expect.stringContaining("no answer in time"),
	});
});

test.each([
	["unix:///no/such.sock", "There is no Docker engine at"],
	["tcp://127.0.0.1:1", "No Docker engine listens at"],
])("no engine at %s says what to do", async (DOCKER_HOST, reason) => {
	expect(await probeEngine({ DOCKER_HOST })).toEqual({
		ok: false,
		isThere: false,
		reason: expect.stringContaining(reason),
	});
});

engineTest("the engine of this machine answers", async () => {
	expect(await probeEngine(process.env)).toMatchObject({
		ok: true,
		version: engineVersion,
	});
});
