// What berth adds to the engine's own time: a chain of no-op container tasks, and a fan of them at parallel 4, each in turns with the
// bare engine calls (create, start, wait, remove over keep-alive connections) with the same create body.
//   node bench/overhead.ts [rounds]      needs a Docker engine and the image node:24-bookworm-slim
import { setTimeout as sleep } from "node:timers/promises";
import { BareEngine, type BareTimes } from "./bare.ts";
import {
	closeBench,
	definePipeline,
	median,
	openBench,
	timeRun,
} from "./rig.ts";

const CHAIN = 20;
const FAN = 40;
const PARALLEL = 4;
const rounds = Number(process.argv[2] ?? 5);

const noop = `{ image: "node:24-bookworm-slim", command: ["true"], memory: "1g", cpus: 1`;
const bench = await openBench({
	BERTH_RUNTIME: "docker",
	BERTH_PARALLEL: String(PARALLEL),
});
const engine = new BareEngine();
try {
	definePipeline(
		bench,
		"chain",
		`let last; for (let i = 0; i < ${CHAIN}; i++) last = container("t" + i, ${noop}, after: last ? [last] : [] });`,
	);
	definePipeline(
		bench,
		"fan",
		`for (let i = 0; i < ${FAN}; i++) container("t" + i, ${noop} });`,
	);
	definePipeline(
		bench,
		"one",
		`container("t", { image: "node:24-bookworm-slim", command: ["sleep", "2"], memory: "1g", cpus: 1 });`,
	);
	await bench.owned.ready();
	await bench.owned.begin();
	const body = { ...(await sameBody()), Cmd: ["true"] };
	await timeRun(bench, "fan");
	await measure(body);
} finally {
	engine.close();
	await closeBench(bench);
}

/** The body that berth creates its containers with, read off one of them. */
async function sameBody(): Promise<object> {
	const running = timeRun(bench, "one");
	for (;;) {
		await sleep(50);
		const found = (await engine.call(
			"GET",
			`/containers/json?filters=${encodeURIComponent(JSON.stringify({ label: [`dev.berth.instance=${(await bench.owned.berth.about()).instance}`] }))}`,
		)) as unknown as { Names: string[] }[];
		const name = found[0]?.Names[0];
		if (name === undefined) continue;
		const body = (await engine.bodyOf(name.slice(1))) as {
			HostConfig: { Mounts: { Source: string }[] };
		};
		await running;
		// The staging folder that it mounts is gone by now; another folder costs the same.
		for (const mount of body.HostConfig.Mounts) mount.Source = bench.pipelines;
		return body;
	}
}

async function measure(body: object): Promise<void> {
	const chains: { berth: number; bare: number; floor: number }[] = [];
	const fans: { berth: number; bare: number }[] = [];
	for (let round = 0; round < rounds; round++) {
		const calls: BareTimes[] = [];
		for (let i = 0; i < CHAIN; i++) calls.push(await engine.one(body));
		const bare = sum(calls.map((c) => c.create + c.start + c.wait + c.remove));
		const floor = sum(calls.map((c) => c.start + c.wait));
		chains.push({ bare, floor, berth: await timeRun(bench, "chain") });
		fans.push({
			bare: await bareFan(body),
			berth: await timeRun(bench, "fan"),
		});
	}
	const seconds = (of: readonly number[]): string =>
		`${median(of).toFixed(2)} s`;
	console.log(`medians of ${rounds} rounds, in turns`);
	console.log(
		`chain of ${CHAIN}: berth ${seconds(chains.map((c) => c.berth))}, bare ${seconds(chains.map((c) => c.bare))}: ${median(chains.map((c) => c.berth / c.bare)).toFixed(3)} × bare (floor, start + wait alone: ${median(chains.map((c) => c.floor / c.bare)).toFixed(3)})`,
	);
	console.log(
		`fan of ${FAN} at parallel ${PARALLEL}: berth ${seconds(fans.map((f) => f.berth))}, bare ${seconds(fans.map((f) => f.bare))}: ${median(fans.map((f) => f.bare / f.berth)).toFixed(3)} of bare's throughput`,
	);
}

async function bareFan(body: object): Promise<number> {
	const began = performance.now();
	let left = FAN;
	const worker = async (): Promise<void> => {
		while (left-- > 0) await engine.one(body);
	};
	await Promise.all(Array.from({ length: PARALLEL }, worker));
	return (performance.now() - began) / 1000;
}

function sum(figures: readonly number[]): number {
	return figures.reduce((total, figure) => total + figure, 0);
}
