import { expect, onTestFinished, test } from "vitest";
import { startOwnEngine, whyNoOwnEngine } from "../../rig/own-engine.ts";

const IMAGE = "node:24-bookworm-slim";
const why = whyNoOwnEngine();

test.skipIf(why !== null)(
	"containers outlive a daemon with live-restore that is killed",
	{ timeout: 60_000, ...(why ? { meta: { skippedBecause: why } } : {}) },
	async () => {
		const engine = await startOwnEngine({ liveRestore: true, images: [IMAGE] });
		onTestFinished(() => engine.close());
		const sleeper = ["--name", "sleeper", "--network", "none", IMAGE];
		await engine.docker("run", "-d", ...sleeper, "sleep", "60");
		await engine.kill();
		await engine.start();
		expect(await engine.docker("ps", "--format", "{{.Names}}")).toBe("sleeper");
	},
);
