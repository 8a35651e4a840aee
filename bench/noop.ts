// How long a run takes in which nothing is to be done, so that all of it is berth's own: by `berth run` from a cold start, by `berth run`
// through a running server, and in that server, from the request until the run is settled.
//   node bench/noop.ts [rounds]     needs a Docker engine and the image node:24-bookworm-slim
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../orchestrator/api/client.ts";
import { connect } from "../orchestrator/api/connect.ts";
import { removeTree } from "../orchestrator/artifacts/remove-tree.ts";
import type { RunId } from "../orchestrator/model/words.ts";
import { median } from "./rig.ts";

const rounds = Number(process.argv[2] ?? 10);
const berth = join(import.meta.dirname, "../orchestrator/cli/berth");
const folder = mkdtempSync(join(tmpdir(), "berth-noop-"));
const env = {
	...process.env,
	BERTH_DATA: join(folder, "data"),
	BERTH_PIPELINES: join(folder, "pipelines"),
	BERTH_IMAGES: join(folder, "images"),
	BERTH_RUNTIME: "docker",
};

chmodSync(folder, 0o755); // tasks of a root run as another user
mkdirSync(env.BERTH_PIPELINES);
define(
	"make",
	'container("make", { image: "node:24-bookworm-slim", command: ["touch", "/out/made/it"], out: { made: "made" } });',
);
define("noop", 'publication("made", { of: "made" });');
try {
	berthRun("make");
	print("a cold berth run", repeat(rounds, secondsOfRun), 0.4);
	await measureServer();
} finally {
	await removeTree(folder);
}

function define(name: string, body: string): void {
	writeFileSync(
		join(env.BERTH_PIPELINES, `${name}.ts`),
		`import { pipeline } from "berth";\n\nexport default pipeline("${name}", {}, ({ container, publication }) => {\n\t${body}\n});\n`,
	);
}

async function measureServer(): Promise<void> {
	const server = spawn(berth, ["up"], { env, stdio: "ignore" });
	try {
		const client = await clientOf(server);
		const inside: number[] = [];
		for (let round = 0; round <= rounds; round++)
			inside.push(await secondsInside(client));
		print("in a running server", inside.slice(1), 0.05);
		print("berth run through it", repeat(rounds, secondsOfRun));
		await client.close();
	} finally {
		server.kill("SIGTERM");
		await once(server, "exit");
	}
}

async function clientOf(server: ChildProcess): Promise<Client> {
	while (server.exitCode === null) {
		const client = await connect(join(env.BERTH_DATA, ".berth"));
		if (client) return client;
		await sleep(10);
	}
	throw new Error("berth up ended.");
}

async function secondsInside(client: Client): Promise<number> {
	const began = performance.now();
	const { id } = await client.start({ pipeline: "noop", params: {} });
	const never = new AbortController().signal;
	for await (const { settled, status } of client.watch(id as RunId, never))
		if (settled && status !== "succeeded") throw new Error(`${id} ${status}.`);
	return (performance.now() - began) / 1000;
}

function secondsOfRun(): number {
	const began = performance.now();
	berthRun("noop");
	return (performance.now() - began) / 1000;
}

function berthRun(pipeline: string): void {
	execFileSync(berth, ["run", pipeline], { env, stdio: "ignore" });
}

/** The first one compiles. */
function repeat(times: number, measure: () => number): number[] {
	return Array.from({ length: times + 1 }, measure).slice(1);
}

function print(what: string, seconds: readonly number[], budget?: number) {
	const ms = (value: number) => (value * 1000).toFixed(value < 0.1 ? 1 : 0);
	console.log(
		`${what}: ${ms(Math.min(...seconds))} ms at best, ${ms(median(seconds))} in the middle of ${seconds.length}${budget ? ` (budget ≤ ${budget * 1000} ms)` : ""}`,
	);
}
