import { expect, test } from "vitest";
import type { DockerWorld } from "../../../orchestrator/runtimes/docker/docker-runtime.ts";
import { EngineError } from "../../../orchestrator/runtimes/docker/engine-errors.ts";
import { resolveExactly } from "../../../orchestrator/runtimes/docker/resolve-exactly.ts";
import { resolveImage } from "../../../orchestrator/runtimes/docker/resolve-image.ts";
import { RuntimeUnreachable } from "../../../orchestrator/runtimes/port.ts";
import { patience } from "../contract-rig.ts";

/** What comes of an image whose pulling ends with these words of the engine's. */
function pulled(words: string) {
	const calls = {
		json: async () => {
			throw new EngineError(404, "no such image");
		},
		stream: async function* () {
			yield Buffer.from(`${JSON.stringify({ error: words })}\n`);
		},
	};
	const world = { calls, folders: { of: () => null } };
	return resolveImage(
		world as unknown as DockerWorld,
		{ image: "lab/model:1", pull: "missing" },
		{ note: () => undefined, signal: patience },
	);
}

test.each([
	[
		"write /var/lib/docker/tmp/x: no space left on device",
		"the engine's disk is full. Free some",
		true,
	],
	["dial tcp 10.0.0.1:443: i/o timeout", "berth tries again", true],
	["toomanyrequests: slow down", "berth tries again", true],
	["manifest for lab/model:1 not found", "Correct the name", false],
	["unauthorized: log in first", "`docker login`", false],
])(
	"a pull that ends with %j says what to do, and whose fault it is",
	async (words, sentence, lost) => {
		expect(await pulled(words)).toEqual({
			kind: "refused",
			lost,
			message: expect.stringContaining(sentence),
		});
	},
);

test("an image of a run without an engine is not looked for on one, and it is said how to replay it", async () => {
	const calls = {
		json: async () => {
			throw new Error("The engine was asked.");
		},
	};
	const world = { calls, folders: { of: () => null } };
	const exactly = { id: "/home/me/images/trainer", key: "0".repeat(64) };
	const refusal = await resolveExactly(
		world as unknown as DockerWorld,
		"trainer",
		exactly,
	);
	expect(refusal).toEqual({
		kind: "refused",
		lost: false,
		message: expect.stringContaining("Replay it with BERTH_RUNTIME=local"),
	});
});

test("an engine that fails while an image of then is looked for is waited for", async () => {
	const calls = {
		json: async () => {
			throw new EngineError(500, "the daemon is shutting down");
		},
	};
	const world = { calls, folders: { of: () => null } };
	const exactly = { id: `sha256:${"a".repeat(64)}`, key: "0".repeat(64) };
	await expect(
		resolveExactly(world as unknown as DockerWorld, "trainer", exactly),
	).rejects.toThrow(RuntimeUnreachable);
});
