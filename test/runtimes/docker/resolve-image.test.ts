import { expect, test } from "vitest";
import type { DockerWorld } from "../../../orchestrator/runtimes/docker/docker-runtime.ts";
import { EngineError } from "../../../orchestrator/runtimes/docker/engine-errors.ts";
import { resolveImage } from "../../../orchestrator/runtimes/docker/resolve-image.ts";
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
