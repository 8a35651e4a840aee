// How fast a start, an adoption and a shutdown are, seen from outside: `berth up` with empty data; killed with -9 while containers run, and
// started again; stopped by SIGTERM. A container is followed again once its stored log has gone on where the kill cut it off: each prints
// ten lines a second, so that there is always something which the new follower brings at once.
//   node bench/adoption.ts [containers] [rounds]     needs a Docker engine and the image node:24-bookworm-slim
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { removeTree } from "../orchestrator/artifacts/remove-tree.ts";
import { median } from "./rig.ts";

const containers = Number(process.argv[2] ?? 100);
const rounds = Number(process.argv[3] ?? 5);
const berth = join(import.meta.dirname, "../orchestrator/cli/berth");
/** The shell waits by itself: a thousand `sleep`s a second would be what is measured. */
const TICK = "exec 3<> <(:); while :; do echo tick; read -r -t 0.1 -u 3; done";

const folder = mkdtempSync(join(tmpdir(), "berth-adoption-"));
chmodSync(folder, 0o755); // tasks of a root run as another user
mkdirSync(join(folder, "pipelines"));
writeFileSync(
	join(folder, "pipelines/many.ts"),
	`import { pipeline } from "berth";
export default pipeline("many", {}, ({ container }) => {
	for (let i = 0; i < ${containers}; i++)
		container("t" + i, { image: "node:24-bookworm-slim", command: ["bash", "-c", ${JSON.stringify(TICK)}], memory: "32m", cpus: 0.02 });
});
`,
);
const busy = join(folder, "busy");
try {
	await measureEmpty();
	await measureBusy();
} finally {
	removeContainers();
	await removeTree(folder);
}

async function measureEmpty(): Promise<void> {
	const starts: number[] = [];
	const ends: number[] = [];
	for (let round = 0; round <= rounds; round++) {
		const { server, answered } = await startIn(join(folder, `${round}`));
		starts.push(answered);
		ends.push(await secondsToEnd(server, "SIGTERM"));
	}
	// The first one compiles.
	print("start with empty data until the API answers", starts.slice(1), 0.25);
	print("its end by SIGTERM", ends.slice(1), 1);
}

async function measureBusy(): Promise<void> {
	let { server } = await startIn(busy);
	const run = spawn(berth, ["run", "many"], {
		env: envOf(busy),
		stdio: "ignore",
	});
	while (logSizes().size < containers) await sleep(200);
	run.kill("SIGKILL");
	const figures = {
		answered: [] as number[],
		followed: [] as number[],
		ended: [] as number[],
	};
	for (let round = 0; round < rounds; round++) {
		await secondsToEnd(server, "SIGKILL");
		const adopted = await adopt();
		figures.answered.push(adopted.answered);
		figures.followed.push(adopted.followed);
		figures.ended.push(await secondsToEnd(adopted.server, "SIGTERM"));
		({ server } = await adopt());
	}
	await secondsToEnd(server, "SIGKILL");
	const many = `${containers} running containers`;
	print(
		`killed with ${many}, start until the API answers`,
		figures.answered,
		1,
	);
	print(`the same, until all are followed again`, figures.followed, 1);
	print(`end by SIGTERM with ${many}`, figures.ended, 1);
}

/** Start on what a killed one left, and wait until every log has gone on. */
async function adopt(): Promise<Started & { readonly followed: number }> {
	await sleep(300); // so that each has printed something that nobody has stored
	const before = logSizes();
	const began = performance.now();
	const started = await startIn(busy);
	while (
		[...logSizes()].some(([name, size]) => size <= (before.get(name) ?? 0))
	)
		await sleep(5);
	return { ...started, followed: (performance.now() - began) / 1000 };
}

/** Bytes by log; those that have anything. */
function logSizes(): ReadonlyMap<string, number> {
	const logs = join(busy, ".berth/logs");
	try {
		return new Map(
			readdirSync(logs)
				.map((name) => [name, statSync(join(logs, name)).size] as const)
				.filter(([, size]) => size > 0),
		);
	} catch {
		return new Map();
	}
}

interface Started {
	readonly server: ChildProcess;
	/** Seconds until it answered. */
	readonly answered: number;
}

async function startIn(data: string): Promise<Started> {
	const began = performance.now();
	const server = spawn(berth, ["up"], {
		env: envOf(data),
		stdio: ["ignore", "ignore", process.env.BENCH_TALK ? "inherit" : "ignore"],
	});
	while (!(await answers(data, server.pid))) await sleep(2);
	return { server, answered: (performance.now() - began) / 1000 };
}

async function answers(
	data: string,
	pid: number | undefined,
): Promise<boolean> {
	try {
		const note = readFileSync(join(data, ".berth/server.json"), "utf8");
		const { address, pid: owner } = JSON.parse(note);
		return owner === pid && (await fetch(`${address}/health`)).ok;
	} catch {
		return false;
	}
}

function envOf(data: string): NodeJS.ProcessEnv {
	return {
		...process.env,
		BERTH_DATA: data,
		BERTH_PIPELINES: join(folder, "pipelines"),
		BERTH_IMAGES: join(folder, "images"),
		BERTH_RUNTIME: "docker",
		BERTH_PARALLEL: `${containers}`,
	};
}

async function secondsToEnd(
	server: ChildProcess,
	signal: NodeJS.Signals,
): Promise<number> {
	const began = performance.now();
	const ended = once(server, "exit");
	server.kill(signal);
	await ended;
	return (performance.now() - began) / 1000;
}

function removeContainers(): void {
	const filter = `label=dev.berth.data=${busy}`;
	const ids = execFileSync("docker", ["ps", "-aq", "--filter", filter]);
	const all = ids.toString().split("\n").filter(Boolean);
	if (all.length > 0) execFileSync("docker", ["rm", "-fv", ...all]);
}

function print(what: string, seconds: readonly number[], budget: number): void {
	const all = seconds.map((one) => one.toFixed(2)).join(" ");
	console.log(
		`${what}: ${median(seconds).toFixed(2)} s, the median of ${all} (budget ≤ ${budget} s)`,
	);
}
