// The same pipeline of four stages in DVC and, imported by `berth import`, in berth: what nothing to do costs, what restoring deleted
// outputs costs, and how fast an input is hashed. Commands as a person types them, each a process of its own; DVC runs its commands as plain
// processes, berth in containers. Medians, in turns.
//   DVC=/path/to/dvc node bench/dvc.ts [rounds] [GiB, 0 for no hashing]      needs DVC, a Docker engine and the image node:24-bookworm-slim
import { spawn, spawnSync } from "node:child_process";
import { once as next } from "node:events";
import {
	chmodSync,
	cpSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { removeTree } from "../orchestrator/artifacts/remove-tree.ts";
import { median } from "./rig.ts";

const dvc = process.env.DVC ?? "dvc";
const rounds = Number(process.argv[2] ?? 5);
const gib = Number(process.argv[3] ?? 2);
const version = spawnSync(dvc, ["--version"], { encoding: "utf8" });
async function run(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), "berth-bench-"));
	chmodSync(folder, 0o755); // tasks are another user's when berth is root
	try {
		const both = layOut(folder);
		console.log(
			`DVC ${version.stdout.trim()}, ${availableParallelism()} cores, ${rounds} rounds; berth with containers`,
		);
		await compare(both);
		if (gib > 0) await hash(both);
	} finally {
		await removeTree(folder);
	}
}

interface Both {
	readonly repo: string;
	readonly data: string;
	readonly dvc: (...args: string[]) => number;
	readonly berth: (...args: string[]) => number;
	readonly env: NodeJS.ProcessEnv;
}

/** Four stages that make ten files each of one. */
const DVC_YAML = `stages:
  prepare:
    cmd: mkdir -p data/prepared && for i in 1 2 3 4 5 6 7 8 9 10; do cp data/raw.csv data/prepared/$i.csv; done
    deps: [data/raw.csv]
    outs: [data/prepared]
  split:
    cmd: mkdir -p data/train && cp data/prepared/1.csv data/train/ && cp data/prepared/2.csv data/held-out.csv
    deps: [data/prepared]
    params: [seed]
    outs: [data/train, data/held-out.csv]
  train:
    cmd: cat data/train/*.csv | wc -l > model.txt
    deps: [data/train]
    params: [depth]
    outs: [model.txt]
  evaluate:
    cmd: echo "{\\"rows\\":$(cat model.txt)}" > metrics.json
    deps: [model.txt, data/held-out.csv]
    metrics: [{ metrics.json: { cache: false } }]
`;
const HASHING = `stages:
  look:
    cmd: wc -c < input.bin > size.txt
    deps: [input.bin]
    outs: [size.txt]
`;

function layOut(folder: string): Both {
	const [repo, data] = [join(folder, "repo"), join(folder, "data")];
	mkdirSync(join(repo, "data"), { recursive: true });
	mkdirSync(join(data, "dvc"), { recursive: true });
	writeFileSync(join(repo, "dvc.yaml"), DVC_YAML);
	writeFileSync(join(repo, "params.yaml"), "seed: 1\ndepth: 8\n");
	writeFileSync(join(repo, "data/raw.csv"), "1,2,3\n".repeat(100_000));
	const env = {
		...process.env,
		HOME: folder,
		DVC_NO_ANALYTICS: "1",
		BERTH_DATA: data,
		BERTH_PIPELINES: join(folder, "pipelines"),
		BERTH_RUNTIME: "docker",
	};
	const both = {
		repo,
		data,
		env,
		dvc: (...args: string[]) => seconds(dvc, args, repo, env),
		berth: (...args: string[]) => seconds(BERTH, args, repo, env),
	};
	both.dvc("init", "--no-scm", "--quiet");
	imported(both, "four");
	return both;
}

const BERTH = join(import.meta.dirname, "../orchestrator/cli/berth");
const IMAGE = "node:24-bookworm-slim";

/** The repository's dvc.yaml as a pipeline, and its files where that reads them. */
function imported({ repo, data, berth }: Both, name: string): void {
	berth("import", "dvc.yaml", "--image", IMAGE, "--name", name);
	cpSync(repo, join(data, "dvc", name), {
		recursive: true,
		filter: (path) => !path.endsWith(".dvc"),
	});
}

async function compare(both: Both): Promise<void> {
	const outs = [
		"data/prepared",
		"data/train",
		"data/held-out.csv",
		"model.txt",
	];
	const forgetDvc = () => {
		for (const out of outs) rmSync(join(both.repo, out), { recursive: true });
	};
	const forgetBerth = () =>
		rmSync(join(both.data, "four"), { recursive: true });
	const ours = () => both.berth("run", "four");
	const repro = () => both.dvc("repro", "--quiet");
	once("all four run", { "dvc repro": repro, "berth run": ours });
	inTurns("nothing to do", {
		"dvc repro": [repro],
		"berth run": [ours],
	});
	inTurns("outputs deleted, and restored", {
		"dvc checkout": [() => both.dvc("checkout", "--quiet"), forgetDvc],
		"dvc repro": [repro, forgetDvc],
		"berth run": [ours, forgetBerth],
	});
	await beside(both, () =>
		inTurns("nothing to do, with berth up at work", {
			"dvc repro": [repro],
			"berth run": [ours],
		}),
	);
}

/** A large input against one of a byte: the difference is hashing. */
async function hash(both: Both): Promise<void> {
	const { repo, data } = both;
	writeFileSync(join(repo, "dvc.yaml"), HASHING);
	writeFileSync(join(repo, "input.bin"), "1");
	imported(both, "look");
	const input = join(data, "dvc/look/input.bin");
	const [small, ourSmall] = [both.dvc("repro"), both.berth("run", "look")];
	const fill = `head -c ${gib}G /dev/urandom`;
	spawnSync("sh", ["-c", `${fill} > input.bin && cp input.bin ${input}`], {
		cwd: repo,
	});
	for (const file of [input, join(repo, "input.bin")])
		spawnSync("cat", [file], { stdio: "ignore" });
	once(
		`an input of ${gib} GiB, first seen, beyond one of a byte`,
		{
			"dvc repro (md5)": () => both.dvc("repro") - small,
			"berth run (sha256)": () => both.berth("run", "look") - ourSmall,
			"dvc add (md5, and a copy)": () =>
				both.dvc("add", "--quiet", "input.bin"),
		},
		gib * 1024 ** 3,
	);
	inTurns("the same again, unchanged", {
		"dvc repro": [() => both.dvc("repro", "--quiet")],
		"berth run": [() => both.berth("run", "look")],
	});
}

/** While a server is up. */
async function beside<T>({ env, repo }: Both, work: () => T): Promise<T> {
	const server = spawn(BERTH, ["up"], {
		cwd: repo,
		env,
		stdio: ["ignore", "pipe", "pipe"],
	});
	try {
		await Promise.race([next(server.stderr, "data"), next(server, "exit")]);
		spawnSync(BERTH, ["run", "four"], { cwd: repo, env });
		return work();
	} finally {
		server.kill("SIGTERM");
		await next(server, "exit");
	}
}

type Timed = () => number;

/** Each once in every round; what the second of a pair does before is not counted. */
function inTurns(
	what: string,
	works: Readonly<Record<string, readonly [Timed, (() => void)?]>>,
): void {
	const figures = new Map<string, number[]>();
	for (let round = 0; round < rounds; round++)
		for (const [name, [work, before]] of Object.entries(works)) {
			before?.();
			figures.set(name, [...(figures.get(name) ?? []), work()]);
		}
	print(
		what,
		[...figures].map(([name, all]) => [name, median(all)] as const),
	);
}

function once(
	what: string,
	works: Readonly<Record<string, Timed>>,
	bytes = 0,
): void {
	print(
		what,
		Object.entries(works).map(([name, work]) => [name, work()] as const),
		bytes,
	);
}

function seconds(
	program: string,
	args: readonly string[],
	cwd: string,
	env: NodeJS.ProcessEnv,
): number {
	const began = performance.now();
	const { status, stderr } = spawnSync(program, args, {
		cwd,
		env,
		encoding: "utf8",
	});
	if (status !== 0)
		throw new Error(
			`${program} ${args.join(" ")} ended with ${status}: ${stderr}`,
		);
	return (performance.now() - began) / 1000;
}

function print(
	what: string,
	figures: readonly (readonly [string, number])[],
	bytes = 0,
): void {
	console.log(what);
	for (const [name, figure] of figures) {
		const speed =
			bytes === 0 ? "" : `  ${(bytes / figure / 1e9).toFixed(2)} GB/s`;
		console.log(`  ${name.padEnd(38)} ${figure.toFixed(3)} s${speed}`);
	}
}

if (version.status === 0) await run();
else {
	console.error(
		`There is no DVC to compare with ("${dvc} --version" does not work). Install it (python -m venv v && v/bin/pip install dvc) and name it: DVC=v/bin/dvc.`,
	);
	process.exitCode = 1;
}
