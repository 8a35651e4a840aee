import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { OwnEngine } from "../rig/own-engine.ts";
import { check } from "./checks/all.ts";
import type { Violation } from "./checks/violation.ts";
import { Dice } from "./dice.ts";
import { collectEvidence } from "./evidence.ts";
import { Feeder } from "./feeder.ts";
import { Home } from "./home.ts";
import { findLeftovers } from "./leftovers.ts";
import { Monkey } from "./monkey.ts";
import type { SoakOptions } from "./options.ts";
import { Orchestrator } from "./orchestrator.ts";
import { writePipelines } from "./pipelines.ts";
import { Recorder } from "./recorder.ts";
import { summaryOf } from "./summary.ts";

/** Work and kill for so many minutes, let the work come to its end, look at everything, and print it. True when all was as promised. */
export async function soak(
	engine: OwnEngine,
	{ minutes, seed, keep }: SoakOptions,
): Promise<boolean> {
	const home = await Home.make();
	await writePipelines(home.pipelines, home.ledgerFolder);
	const orchestrator = new Orchestrator(home, environment(home, engine));
	const recorder = new Recorder(engine.socket);
	const feeder = new Feeder(home.berth, new Dice(seed, "feeder"));
	const monkey = new Monkey({
		seed,
		orchestrator,
		engine,
		ledger: home.ledger,
		diary: join(home.path, "kills.log"),
	});
	console.log(`Soaking in ${home.path} for ${minutes} minutes, seed ${seed}.`);
	const began = performance.now();
	for (const part of [recorder, orchestrator, feeder, monkey]) part.start();
	await reported(minutes * 60_000, { monkey, feeder });
	await Promise.all([feeder.stop(), monkey.stop()]);
	const isDrained = await feeder.drained(DRAIN_MS);
	const seconds = (performance.now() - began) / 1_000;
	const stopMs = await orchestrator.stop();
	const evidence = await collectEvidence(home, {
		acknowledged: feeder.acknowledged,
		recorded: await recorder.stop(),
		hits: monkey.containers,
		engines: monkey.engines,
		leftovers: await findLeftovers(home, engine.socket),
	});
	const violations = [
		...(await check(evidence)),
		...orchestrator.gaveUp.map(gaveUp),
	];
	console.log(summaryOf(evidence, violations, { monkey, seconds }));
	console.log(
		`${isDrained ? "Drained" : "NOT drained"} after ${seconds.toFixed(0)} s; the orchestrator left ${stopMs.toFixed(0)} ms after SIGTERM.`,
	);
	if (keep || violations.length > 0) console.log(`Kept: ${home.path}`);
	else await home.remove();
	return violations.length === 0;
}

/** How long the work may take to come to its end when nobody disturbs it any more. */
const DRAIN_MS = 180_000;

const gaveUp = (seen: string): Violation => ({
	kind: "gave up",
	what: "the orchestrator",
	seen,
});

function environment(home: Home, engine: OwnEngine): NodeJS.ProcessEnv {
	const ours = Object.entries(process.env).filter(
		([name]) => !name.startsWith("BERTH_") && name !== "NODE_OPTIONS",
	);
	return {
		...Object.fromEntries(ours),
		DOCKER_HOST: engine.host,
		BERTH_DATA: home.data,
		BERTH_PIPELINES: home.pipelines,
		BERTH_IMAGES: home.images,
		BERTH_RUNTIME: "docker",
		BERTH_PARALLEL: "8",
	};
}

/** Wait, or until Ctrl-C, and say every half a minute how it goes. */
async function reported(
	ms: number,
	{ monkey, feeder }: { monkey: Monkey; feeder: Feeder },
): Promise<void> {
	const interrupted = new AbortController();
	process.once("SIGINT", () => interrupted.abort());
	const { signal } = interrupted;
	const until = performance.now() + ms;
	for (let left = ms; left > 0; left = until - performance.now()) {
		const pause = sleep(Math.min(left, REPORT_MS), undefined, { signal });
		await pause.catch(() => undefined);
		if (signal.aborted) return;
		console.log(
			`  killed: ${monkey.orchestrators} orchestrators, ${monkey.containers.length} containers, ${monkey.engines.length} engines; ${feeder.acknowledged.size} runs`,
		);
	}
}

const REPORT_MS = 30_000;
