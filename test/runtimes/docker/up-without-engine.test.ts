import {
	afterAll,
	beforeAll,
	describe,
	expect,
	onTestFinished,
	test,
} from "vitest";
import type { RunView } from "../../../orchestrator/api/views.ts";
import { aHome, type Home } from "../../rig/berth-process.ts";
import {
	type OwnEngine,
	startOwnEngine,
	whyNoOwnEngine,
} from "../../rig/own-engine.ts";

const IMAGE = "node:24-bookworm-slim";
const why = whyNoOwnEngine();

describe.skipIf(why !== null)(
	"berth up, whose engine",
	{ timeout: 300_000, ...(why ? { meta: { skippedBecause: why } } : {}) },
	() => {
		let engine: OwnEngine;
		beforeAll(async () => {
			engine = await startOwnEngine({ images: [IMAGE] });
		});
		afterAll(() => engine?.close());

		const aHomeOn = async (runtime: string): Promise<Home> => {
			const home = await aHome({
				BERTH_RUNTIME: runtime,
				DOCKER_HOST: engine.host,
			});
			const task = `container("a", { image: "${IMAGE}", command: ["true"] });`;
			await home.pipeline("p", task);
			return home;
		};
		const AGAIN = /The runtime answers again; what waited for it goes on/;

		test("is down waits for it, also without a run, and says when it is there", async () => {
			const home = await aHomeOn("docker");
			await engine.stop();
			onTestFinished(() => engine.start());
			const up = home.start(["up"]);
			await up.says(/Runtime: docker\. .*Waiting for it\./);
			await up.says(/Waiting for the runtime: .*no Docker engine/i);
			await engine.start();
			await up.says(AGAIN);
			expect(await home.berth("run", "p")).toMatchObject({ code: 0 });
			up.kill("SIGTERM");
			const { stderr } = await up.ended;
			expect(stderr.match(/Waiting for the runtime/g)).toHaveLength(1);
		});

		test("hangs takes it for the engine all the same: no task runs without its wall", async () => {
			const home = await aHomeOn("auto");
			engine.freeze();
			onTestFinished(() => engine.resume());
			const up = home.start(["up"]);
			await up.says(/Runtime: docker\. .*no answer in time.*Waiting for it\./);
			const run = home.start(["run", "p"]);
			await run.says(/Run p@/);
			engine.resume();
			expect(await run.ended).toMatchObject({ code: 0 });
			const { tasks } = await home.json<RunView>("show", "p");
			expect(tasks[0]?.attempts).toHaveLength(1);
			up.kill("SIGTERM");
			expect(await up.ended).toMatchObject({ code: 0 });
		});
	},
);
