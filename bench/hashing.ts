import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { hashFile } from "../orchestrator/artifacts/file-hash.ts";
import { hashTree } from "../orchestrator/artifacts/hash-pool.ts";
import { removeTree } from "../orchestrator/artifacts/remove-tree.ts";
import { benchInputs, makeInput } from "./hashing-inputs.ts";

/** How fast contents are hashed, against `sha256sum` on the same warm file in the same run. Budget: ≥ 1.2 GB/s a core. */
const MIB = 1024 ** 2;
const BIG = 1024 * MIB;
const folder = mkdtempSync(join(tmpdir(), "berth-bench-"));
try {
	await run();
	const data = join(folder, "data");
	mkdirSync(data);
	await benchInputs(data, Number(process.env.BERTH_BENCH_GB ?? 1));
	const peak = process.resourceUsage().maxRSS / 1024;
	console.log(`most memory            ${peak.toFixed(0)} MiB`);
} finally {
	await removeTree(folder);
}

async function run(): Promise<void> {
	makeInput(join(folder, "one"), 1, BIG);
	const big = join(folder, "one", "0");
	execFileSync("cat", [big], { stdio: "ignore" });
	const ours = BIG / cpuSeconds(() => hashFile(big));
	const theirs = BIG / cpuSecondsOf(`sha256sum ${big}`);
	console.log(
		`one file of 1 GiB      berth ${gb(ours)} a core, sha256sum ${gb(theirs)} a core: ratio ${(ours / theirs).toFixed(2)}`,
	);
	const alone = await best(() => hashFile(big));
	const parts = join(folder, "parts");
	makeInput(parts, 4, BIG);
	const tree = await best(() => hashed(parts));
	console.log(
		`the same in 4 files    berth ${gb(BIG / (tree / 1000))} on ${availableParallelism()} cores: ratio to one thread ${(alone / tree).toFixed(2)}`,
	);
	const small = join(folder, "small");
	mkdirSync(small);
	for (let file = 0; file < 20_000; file += 1)
		writeFileSync(join(small, `${file}`), `${file}`);
	const ms = await best(() => hashed(small));
	console.log(
		`20,000 files of 5 B    berth ${Math.round(20_000 / (ms / 1000))} files/s`,
	);
}

async function hashed(path: string): Promise<void> {
	const tree = await hashTree(path, new AbortController().signal);
	if (tree.kind === "fault") throw new Error(tree.message);
}

/** Milliseconds of the best of three: what else the machine does only adds. */
async function best(work: () => unknown): Promise<number> {
	let least = Infinity;
	for (let round = 0; round < 3; round += 1) {
		const began = performance.now();
		await work();
		least = Math.min(least, performance.now() - began);
	}
	return least;
}

/** Of the processor's time, not the clock's: what else the machine does is not counted. Best of three. */
function cpuSeconds(work: () => unknown): number {
	const rounds = [0, 1, 2].map(() => {
		const before = process.cpuUsage();
		work();
		const { user, system } = process.cpuUsage(before);
		return (user + system) / 1e6;
	});
	return Math.min(...rounds);
}

function cpuSecondsOf(command: string): number {
	const rounds = [0, 1, 2].map(() => {
		const script = `TIMEFORMAT='%U %S'; time ${command} >/dev/null`;
		const { stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
		return stderr
			.trim()
			.split(" ")
			.map(Number)
			.reduce((a, b) => a + b);
	});
	return Math.min(...rounds);
}

function gb(bytesPerSecond: number): string {
	return `${(bytesPerSecond / 1e9).toFixed(2)} GB/s`;
}
