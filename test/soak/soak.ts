import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { OwnEngine } from "../rig/own-engine.ts";
import { check } from "./checks/all.ts";
import type { Violation } from "./checks/violation.ts";
import { Dice } from "./dice.ts";
import { collectEvidence, type Evidence } from "./evidence.ts";
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
	const parts = partsOf(home, engine, seed);
	console.log(`Soaking in ${home.path} for ${minutes} minutes, seed ${seed}.`);
	const began = performance.now();
	for (const part of Object.values(parts)) part.start();
	await reported(minutes * 60_000, parts);
	const end = await settle(parts);
	const seconds = (performance.now() - began) / 1_000;
	const evidence = await lookAt(home, engine, parts);
	const violations = [
		...(await check(evidence)),
		...parts.orchestrator.gaveUp.map(gaveUp),
		...idleness(evidence, parts.monkey),
	];
	const { monkey } = parts;
	console.log(summaryOf(evidence, violations, { monkey, seconds }));
	console.log(`${end} It took ${seconds.toFixed(0)} s.`);
	if (keep || violations.length > 0) console.log(`Kept: ${home.path}`);
	else await home.remove();
	return violations.length === 0;
}

/** All that goes on meanwhile, in the order in which it begins. */
function partsOf(home: Home, engine: OwnEngine, seed: number) {
	const orchestrator = new Orchestrator(home, environment(home, engine));
	const diary = join(home.path, "kills.log");
	return {
		recorder: new Recorder(engine.socket),
		orchestrator,
		feeder: new Feeder(home.berth, new Dice(seed, "feeder")),
		monkey: new Monkey({
			seed,
			orchestrator,
			engine,
			ledger: home.ledger,
			diary,
		}),
	};
}

type Parts = ReturnType<typeof partsOf>;

/** No more kills, no more wishes; what runs comes to its end, and berth is stopped. Answers with how that went. */
async function settle({ orchestrator, feeder, monkey }: Parts) {
	await Promise.all([feeder.stop(), monkey.stop()]);
	const isDrained = await feeder.drained(DRAIN_MS);
	const stopMs = await orchestrator.stop();
	return `${isDrained ? "All came to its end" : "NOT all came to its end"}; the orchestrator left ${stopMs.toFixed(0)} ms after SIGTERM.`;
}

/** How long the work may take to come to its end when nobody disturbs it any more. */
const DRAIN_MS = 180_000;

async function lookAt(
	home: Home,
	engine: OwnEngine,
	{ recorder, feeder, monkey }: Parts,
): Promise<Evidence> {
	return collectEvidence(home, {
		acknowledged: feeder.acknowledged,
		recorded: await recorder.stop(),
		hits: [...monkey.attempted, ...monkey.containers],
		engines: monkey.engines,
		leftovers: await findLeftovers(home, engine.socket),
	});
}

const gaveUp = (seen: string): Violation => ({
	kind: "gave up",
	what: "the orchestrator",
	seen,
});

/** What was never done shows nothing. (A short soak may end before the engine's turn comes.) */
function idleness(
	{ attempts, publications }: Evidence,
	monkey: Monkey,
): Violation[] {
	const done = {
		"kill of the orchestrator": monkey.orchestrators,
		"kill of a container": monkey.containers.length,
		attempt: attempts.length,
		publication: publications.length,
	};
	return Object.entries(done)
		.filter(([, times]) => times === 0)
		.map(([what]) => ({ kind: "idle", what: "the soak", seen: `no ${what}` }));
}

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
async function reported(ms: number, { monkey, feeder }: Parts): Promise<void> {
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
