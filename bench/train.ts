// A no-op run of the training pipeline (its four containers all unchanged) against the same run computed anew: from a cold start, with its
// published paths removed before, and through a running server, where the run's own time is read off the run.
//   node bench/train.ts [rounds]     needs a Docker engine; builds the images where they are missing
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "../orchestrator/api/connect.ts";
import type { RunView } from "../orchestrator/api/views.ts";
import { removeTree } from "../orchestrator/artifacts/remove-tree.ts";
import { median } from "./rig.ts";

const rounds = Number(process.argv[2] ?? 5);
const project = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "berth-train-"));
const env = {
	...process.env,
	BERTH_DATA: join(folder, "data"),
	BERTH_PIPELINES: join(project, "pipelines"),
	BERTH_IMAGES: join(project, "images"),
	BERTH_RUNTIME: "docker",
};
const TRAIN = ["train", "--date", "2026-11-20"];

chmodSync(folder, 0o755); // tasks of a root run as another user
try {
	run("generate-data", "--date", "2026-11-20");
	run(...TRAIN); // builds images, and is the first
	const anew = timed(() => run(...TRAIN, "--no-cache"), 2);
	const noop = timed(() => run(...TRAIN), rounds);
	const restored = timed(() => {
		rmSync(join(env.BERTH_DATA, "models"), { recursive: true });
		run(...TRAIN);
	}, rounds);
	print("computed anew", anew, anew);
	print("all unchanged, cold start", noop, anew);
	print("models removed, cold start", restored, anew);
	print("all unchanged, in a running server", await inServer(), anew);
} finally {
	await removeTree(folder);
}

/** Runs it to its end; nothing but the first run and those without cache may start a container. */
function run(...args: string[]): RunView {
	const answer = execFileSync(
		join(project, "orchestrator/cli/berth"),
		["run", ...args, "--json"],
		{ env, stdio: ["ignore", "pipe", "ignore"] },
	);
	return JSON.parse(String(answer)) as RunView;
}

function timed(work: () => void, times: number): number[] {
	return Array.from({ length: times }, () => {
		const began = performance.now();
		work();
		return performance.now() - began;
	});
}

/** From the creation of the run to its end, as the run itself says. */
async function inServer(): Promise<number[]> {
	const server = spawn(join(project, "orchestrator/cli/berth"), ["up"], {
		env,
		stdio: "ignore",
	});
	try {
		while (!(await connect(join(env.BERTH_DATA, ".berth")))) await sleep(20);
		return Array.from({ length: rounds + 1 }, () => run(...TRAIN))
			.slice(1)
			.map(
				({ createdAt, endedAt }) =>
					Date.parse(endedAt ?? "") - Date.parse(createdAt),
			);
	} finally {
		server.kill("SIGTERM");
		await once(server, "exit");
	}
}

function print(
	what: string,
	ms: readonly number[],
	anew: readonly number[],
): void {
	const share = median(ms) / median(anew);
	console.log(
		`${what.padEnd(36)} ${median(ms).toFixed(0).padStart(6)} ms (best ${Math.min(...ms).toFixed(0)}), ${share.toFixed(3)} × computed anew`,
	);
}
