import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { removeUnderfoot } from "./remove-underfoot.ts";

const BERTH = join(import.meta.dirname, "../../orchestrator/cli/berth");

/** A data, a pipelines and an images folder somewhere, and the real command line to work on them. */
export class Home {
	readonly path: string;
	readonly #env: NodeJS.ProcessEnv;
	readonly #berth: string;
	readonly #children = new Set<Going>();

	constructor(path: string, env: NodeJS.ProcessEnv, berth: string) {
		this.path = path;
		this.#env = env;
		this.#berth = berth;
	}

	at(...parts: string[]): string {
		return join(this.path, ...parts);
	}

	async write(name: string, text: string): Promise<void> {
		await mkdir(dirname(this.at(name)), { recursive: true });
		await writeFile(this.at(name), text);
	}

	/** A pipeline of container tasks that run the tool of this file. */
	pipeline(name: string, tasks: string, options = "{}"): Promise<void> {
		return this.write(
			`pipelines/${name}.ts`,
			`import { pipeline, z } from "berth";
export default pipeline("${name}", ${options}, ({ ds, params, vars, container }) => {
	const tool = (name: string, command: string[], more = {}) => container(name, { image: "tool", command, ...more });
	${tasks}
});
`,
		);
	}

	/** Start a command; it is killed with the test, should it still be there. */
	start(
		args: readonly string[],
		env: NodeJS.ProcessEnv = {},
		{ detached = false }: { readonly detached?: boolean } = {},
	): Going {
		const going = new Going(
			spawn(this.#berth, args, {
				cwd: this.path,
				env: { ...this.#env, ...env },
				detached,
				stdio: ["ignore", "pipe", "pipe"],
			}),
		);
		this.#children.add(going);
		return going;
	}

	/** A command from its beginning to its end. */
	berth(...args: string[]): Promise<Ended> {
		return this.start(args).ended;
	}

	/** The answer of a command in JSON. */
	async json<T>(...args: string[]): Promise<T> {
		const { stdout, stderr } = await this.berth(...args, "--json");
		if (stdout === "") throw new Error(`No answer, but: ${stderr}`);
		return JSON.parse(stdout) as T;
	}

	async close(): Promise<void> {
		for (const child of this.#children) child.kill("SIGKILL");
		await Promise.all([...this.#children].map(({ ended }) => ended));
		await removeUnderfoot(this.path);
	}
}

/** For one test. With the local runtime unless another is asked for. */
export async function aHome(
	env: NodeJS.ProcessEnv = { BERTH_RUNTIME: "local" },
	berth = BERTH,
): Promise<Home> {
	const home = await openHome(env, berth);
	onTestFinished(() => home.close());
	return home;
}

export async function openHome(
	env: NodeJS.ProcessEnv = { BERTH_RUNTIME: "local" },
	berth = BERTH,
): Promise<Home> {
	const path = await mkdtemp(join(tmpdir(), "berth-cli-"));
	await chmod(path, 0o755); // tasks are another user's when berth is root
	const ours = Object.entries(process.env).filter(
		([name]) => !name.startsWith("BERTH_") && name !== "NODE_OPTIONS",
	);
	const all = {
		...Object.fromEntries(ours),
		BERTH_DATA: join(path, "data"),
		BERTH_PIPELINES: join(path, "pipelines"),
		BERTH_IMAGES: join(path, "images"),
		...env,
	};
	const home = new Home(path, all, berth);
	await home.write(
		"images/tool/package.json",
		'{"name":"tool","version":"1.0.0","type":"module","bin":"main.mjs"}',
	);
	await home.write("images/tool/main.mjs", TOOL);
	await mkdir(home.at("pipelines"), { recursive: true });
	return home;
}

/** A command that has not ended yet. */
export class Going {
	readonly ended: Promise<Ended>;
	readonly #child: ChildProcess;
	#stdout = "";
	#stderr = "";
	#isOver = false;
	#onText: () => void = () => undefined;

	constructor(child: ChildProcess) {
		this.#child = child;
		child.stdout?.setEncoding("latin1").on("data", (text: string) => {
			this.#stdout += text;
			this.#onText();
		});
		child.stderr?.setEncoding("latin1").on("data", (text: string) => {
			this.#stderr += text;
			this.#onText();
		});
		this.ended = once(child, "close").then(([code, signal]) => {
			this.#isOver = true;
			this.#onText();
			return {
				code: code as number | null,
				signal: signal as NodeJS.Signals | null,
				stdout: utf8(this.#stdout),
				stderr: utf8(this.#stderr),
				bytes: Buffer.from(this.#stdout, "latin1"),
				errorBytes: Buffer.from(this.#stderr, "latin1"),
			};
		});
	}

	get pid(): number {
		return this.#child.pid ?? 0;
	}

	kill(signal: NodeJS.Signals): void {
		this.#child.kill(signal);
	}

	/** As a terminal does, for one that was started detached: to its whole process group. */
	killGroup(signal: NodeJS.Signals): void {
		process.kill(-this.pid, signal);
	}

	/** Resolves when standard error (or output) has it; rejects when the command ended without it. */
	async says(pattern: RegExp): Promise<RegExpMatchArray> {
		for (;;) {
			const found = utf8(`${this.#stderr}\n${this.#stdout}`).match(pattern);
			if (found) return found;
			if (this.#isOver)
				throw new Error(`It never said ${pattern}: ${utf8(this.#stderr)}`);
			await new Promise<void>((resolve) => {
				this.#onText = resolve;
			});
		}
	}

	/** Nobody reads its standard output any more. */
	leave(): void {
		this.#child.stdout?.destroy();
	}
}

export interface Ended {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
	readonly bytes: Buffer;
	readonly errorBytes: Buffer;
}

const utf8 = (latin1: string): string =>
	Buffer.from(latin1, "latin1").toString("utf8");

/** What the tests' tasks do. */
const TOOL = `import { existsSync, readFileSync, writeFileSync } from "node:fs";
const [verb, ...rest] = process.argv.slice(2);
switch (verb) {
	case "say": console.log(rest.join(" ")); break;
	case "write": for (const name of rest) writeFileSync(process.env.BERTH_OUT + "/" + name + "/x.txt", name); break;
	case "write-text": for (const name of rest.slice(1)) writeFileSync(process.env.BERTH_OUT + "/" + name + "/x.txt", rest[0]); break;
	case "params": for (const name of rest) writeFileSync(process.env.BERTH_OUT + "/" + name + "/x.txt", readFileSync(process.env.BERTH_PARAMS, "utf8")); break;
	case "result": writeFileSync(process.env.BERTH_RESULT, rest[0]); break;
	case "exit": process.exit(Number(rest[0]));
	case "exit-unless": console.log("attempt " + process.env.BERTH_ATTEMPT); process.exit(existsSync(rest[0]) ? 0 : 3);
	case "second-try": { const n = process.env.BERTH_ATTEMPT; console.log("attempt " + n); setInterval(() => { if (!existsSync(import.meta.filename)) process.exit(9); if (existsSync(rest[0])) process.exit(n === "1" ? 3 : 0); }, 20); break; }
	case "until": { console.log("waiting"); const timer = setInterval(() => { if (!existsSync(import.meta.filename)) process.exit(9); if (existsSync(rest[0])) { console.log("there"); clearInterval(timer); } }, 20); break; }
	case "bytes": process.stdout.write(Buffer.from([0, 255, 10, 65, 13, 10, 0xc3])); process.stderr.write(Buffer.from([254, 10, 66])); break;
	case "lines": for (let i = 0; i < Number(rest[0]); i++) console.log("line " + i); break;
	default: throw new Error("What is " + verb + "?");
}
`;
