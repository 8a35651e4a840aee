// What storing logs costs: a container that prints 200,000 lines, in turns through berth and by `docker run` into a file; the memory of
// this process while eight containers print as fast as they can; and how many lines a second berth's own code takes, without an engine.
//   node bench/logs.ts [rounds]      needs a Docker engine and the image node:24-bookworm-slim
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeTree } from "../orchestrator/artifacts/remove-tree.ts";
import { pumpLog } from "../orchestrator/engine/pump-log.ts";
import type { ContainerName } from "../orchestrator/model/words.ts";
import { Demultiplexer } from "../orchestrator/runtimes/docker/demultiplex.ts";
import { WholeLines } from "../orchestrator/runtimes/docker/whole-lines.ts";
import type { LogPiece } from "../orchestrator/runtimes/log-port.ts";
import { LogFiles } from "../orchestrator/store/log-files.ts";
import {
	closeBench,
	definePipeline,
	median,
	openBench,
	timeRun,
} from "./rig.ts";

const IMAGE = "node:24-bookworm-slim";
const LINES = 200_000;
const FLOODS = 8;
const FLOOD_BYTES = 30e6;
const PIECES = 2_000;
const PIECE_LINES = 1_000;
const rounds = Number(process.argv[2] ?? 7);

const bench = await openBench({
	BERTH_RUNTIME: "docker",
	BERTH_PARALLEL: String(FLOODS),
});
try {
	await bench.owned.ready();
	await bench.owned.begin();
	await againstDockerRun();
	await whileFlooded();
	await ownPath();
} finally {
	await closeBench(bench);
}

async function againstDockerRun(): Promise<void> {
	const command = [
		"seq",
		"-f",
		"line %.0f of many, as programs print them",
		String(LINES),
	];
	definePipeline(
		bench,
		"lines",
		`container("t", { image: "${IMAGE}", command: ${JSON.stringify(command)} });`,
	);
	const berth: number[] = [];
	const docker: number[] = [];
	const turns = [
		async () => berth.push(await timeRun(bench, "lines")),
		async () => docker.push(await dockerRun(command)),
	];
	for (const turn of turns) await turn(); // warm
	for (let round = 0; round < rounds; round++)
		for (const turn of round % 2 ? turns : turns.toReversed()) await turn();
	const ratios = berth.slice(1).map((s, i) => s / Number(docker[i + 1]));
	console.log(
		`${LINES.toLocaleString("en")} lines, medians of ${rounds} rounds: berth ${median(berth.slice(1)).toFixed(2)} s, docker run ${median(docker.slice(1)).toFixed(2)} s: ${median(ratios).toFixed(2)} × docker run (budget 1.15)`,
	);
}

/** Seconds for the same container with the same limits, run by the docker command line into a file. */
async function dockerRun(command: readonly string[]): Promise<number> {
	const output = openSync(join(bench.folder, "output"), "w");
	const began = performance.now();
	const child = spawn(
		"docker",
		["run", "--rm", "--init", "--network", "none", IMAGE, ...command],
		{ stdio: ["ignore", output, output] },
	);
	const [code] = await once(child, "exit");
	closeSync(output);
	if (code !== 0) throw new Error(`docker run exited with ${code}.`);
	return (performance.now() - began) / 1000;
}

async function whileFlooded(): Promise<void> {
	const flood = `yes ${"x".repeat(99)} | head -c ${FLOOD_BYTES}`;
	definePipeline(
		bench,
		"floods",
		`for (let i = 0; i < ${FLOODS}; i++) container("t" + i, { image: "${IMAGE}", command: ["sh", "-c", ${JSON.stringify(flood)}], memory: "256m", cpus: 1 });`,
	);
	const before = megabytes();
	let most = before;
	const looking = setInterval(() => {
		most = Math.max(most, megabytes());
	}, 100);
	const seconds = await timeRun(bench, "floods");
	clearInterval(looking);
	console.log(
		`${FLOODS} containers that print ${FLOOD_BYTES / 1e6} MB each, ${seconds.toFixed(1)} s: this process has ${most.toFixed(0)} MB at most, ${before.toFixed(0)} before (budget 150)`,
	);
}

/** Of this process alone, with its part of what it shares. */
function megabytes(): number {
	const rollup = readFileSync("/proc/self/smaps_rollup", "utf8");
	return Number(/^Pss: +(\d+) kB/m.exec(rollup)?.[1]) / 1024;
}

async function ownPath(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), "berth-bench-log-"));
	const logs = new LogFiles(folder, 256 * 2 ** 20);
	const log = await logs.open("bench" as ContainerName);
	const began = performance.now();
	await pumpLog(heard(), log, () => undefined);
	const seconds = (performance.now() - began) / 1000;
	await log.close();
	await removeTree(folder);
	const rate = (PIECES * PIECE_LINES) / seconds / 1e6;
	console.log(
		`berth's own code stores ${rate.toFixed(1)} million lines a second (budget 1)`,
	);
}

/** What the engine would say, taken apart as it is. */
async function* heard(): AsyncGenerator<LogPiece> {
	const text = Buffer.from(
		"a line as programs print them\n".repeat(PIECE_LINES),
	);
	const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
	head.writeUInt32BE(text.length, 4);
	const message = Buffer.concat([head, text]);
	const streams = new Demultiplexer();
	const lines = new WholeLines();
	for (let piece = 0; piece < PIECES; piece++) {
		const now = Date.now();
		const time = new Date(now).toISOString();
		streams.push(message, (stream, bytes) =>
			lines.push(stream, bytes, time, now),
		);
		yield { kind: "frames", frames: lines.take(now) };
	}
}
