import { execFile } from "node:child_process";
import {
	cp,
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	symlink,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { removeTree } from "../../orchestrator/artifacts/remove-tree.ts";

const project = join(import.meta.dirname, "../..");
const exec = promisify(execFile);

/** A copy of berth's own files, for tests that change them; what is installed it shares with the original. It has no bundle. */
export async function aCheckout(): Promise<Checkout> {
	const path = await mkdtemp(join(tmpdir(), "berth-checkout-"));
	onTestFinished(() => removeTree(path));
	for (const name of NEEDED)
		await cp(join(project, name), join(path, name), {
			recursive: true,
			filter: (source) => source !== join(project, "orchestrator/dist"),
		});
	await shareInstalled(join(path, "node_modules"));
	return new Checkout(path);
}

/** Each package is the original's; what npm noted is the copy's own. */
async function shareInstalled(folder: string): Promise<void> {
	const original = join(project, "node_modules");
	await mkdir(folder);
	for (const name of await readdir(original))
		await (name === ".package-lock.json" ? cp : symlink)(
			join(original, name),
			join(folder, name),
		);
}

const NEEDED = [
	"package.json",
	"package-lock.json",
	"tsconfig.json",
	"orchestrator",
	"shared",
];

export class Checkout {
	readonly path: string;
	readonly berth: string;

	constructor(path: string) {
		this.path = path;
		this.berth = this.at("orchestrator/cli/berth");
	}

	at(...parts: string[]): string {
		return join(this.path, ...parts);
	}

	/** Change a source. */
	async edit(name: string, from: string, to: string): Promise<void> {
		const text = await readFile(this.at(name), "utf8");
		if (!text.includes(from)) throw new Error(`${name} has no "${from}".`);
		await writeFile(this.at(name), text.replace(from, to));
	}

	async bundle(): Promise<void> {
		await exec(process.execPath, [this.at("orchestrator/bundle/make.ts")]);
	}

	/** What `berth` says, and whether the bundle said it. */
	async says(...args: string[]): Promise<Said> {
		const { stdout, stderr } = await exec(this.berth, args, {
			env: { ...process.env, NODE_OPTIONS: `--import=${TELL_WHAT_RUNS}` },
		}).catch((failed: { stdout: string; stderr: string }) => failed);
		const [, ran] = /^ran (.*)$/m.exec(stderr) ?? [];
		if (ran !== "bundle" && ran !== "sources") throw new Error(stderr);
		return { ran, stdout, stderr };
	}
}

interface Said {
	readonly ran: "bundle" | "sources";
	readonly stdout: string;
	readonly stderr: string;
}

const TELL_WHAT_RUNS = join(import.meta.dirname, "tell-what-runs.mjs");
