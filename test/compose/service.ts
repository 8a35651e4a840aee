import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Somebody, somebody } from "./somebody.ts";

const run = promisify(execFile);
const repository = join(import.meta.dirname, "../..");
const cli = join(repository, "node_modules/.bin/berth");

/** Null when compose v2 is here; else why not, and what to do. */
export async function whyNoCompose(): Promise<string | null> {
	try {
		await run("docker", ["compose", "version"], { timeout: 60_000 });
		return null;
	} catch {
		return "there is no docker compose v2. Get it with .ci/engine.";
	}
}

/** A fresh copy of what docker-compose.yml needs, of an ordinary user's, with a project and a port of its own. */
export class Service {
	readonly folder: string;
	readonly #who: Somebody;
	readonly #env: NodeJS.ProcessEnv;

	private constructor(folder: string, who: Somebody, port: number) {
		this.folder = folder;
		this.#who = who;
		this.#env = {
			...who.env,
			COMPOSE_PROJECT_NAME: `berth-test-${port}`,
			BERTH_PORT: String(port),
			BERTH_PIPELINES: join(folder, "my-pipelines"),
		};
	}

	static async make(
		pipelines: Readonly<Record<string, string>>,
	): Promise<Service> {
		const folder = await mkdtemp(join(tmpdir(), "berth-compose-"));
		for (const name of NEEDED)
			await cp(join(repository, name), join(folder, name), {
				recursive: true,
				filter: (path) =>
					!path.endsWith("/node_modules") &&
					path !== join(repository, "orchestrator/dist"), // other tests' owners come and go in it
			});
		for (const name of ["data", "home", "my-pipelines"])
			await mkdir(join(folder, name));
		for (const [name, text] of Object.entries(pipelines))
			await writeFile(join(folder, "my-pipelines", name), text);
		const who = await somebody(join(folder, "home"));
		if (who.as.length > 0)
			await run("chown", ["-R", `${who.uid}:${who.uid}`, folder]);
		return new Service(folder, who, await freePort());
	}

	get uid(): number {
		return this.#who.uid;
	}

	get data(): string {
		return join(this.folder, "data");
	}

	compose(...args: string[]): Promise<Ended> {
		return this.#run(["docker", "compose", ...args]);
	}

	/** The host's own command line. */
	berth(...args: string[]): Promise<Ended> {
		return this.#run([cli, ...args]);
	}

	async json<T>(...args: string[]): Promise<T> {
		const { code, stdout, stderr } = await this.berth(...args, "--json");
		if (code !== 0) throw new Error(stderr);
		return JSON.parse(stdout) as T;
	}

	/** The containers of a task, or of all. */
	async containers(
		task: string,
		...filters: string[]
	): Promise<readonly string[]> {
		const instance = await readFile(join(this.data, ".berth/instance"), "utf8");
		const stdout = await this.docker(
			"ps",
			`--filter=name=berth-${instance}-${task}`,
			"--format={{.Names}}",
			...filters,
		);
		return stdout.split("\n").filter((name) => name !== "");
	}

	/** What the docker command line answers. */
	async docker(...args: string[]): Promise<string> {
		const { code, stdout, stderr } = await this.#run(["docker", ...args]);
		if (code !== 0) throw new Error(stderr);
		return stdout.trim();
	}

	/** As a berth that root ran on the host would leave them. */
	async makeRoots(...paths: string[]): Promise<void> {
		const command = ["chown", "-R", "0:0", ...paths.map((p) => `/data/${p}`)];
		await this.docker(
			...["run", "--rm", "-v", `${this.data}:/data`],
			...["--entrypoint", "", "node:24-bookworm-slim", ...command],
		);
	}

	async remove(): Promise<void> {
		await this.compose("down", "--rmi=local", "--timeout=5");
		for (const name of await this.containers("", "-a").catch(() => []))
			await this.#run(["docker", "rm", "-f", name]);
		await this.#run(["chmod", "-R", "u+w", this.folder]);
		await rm(this.folder, { recursive: true, force: true });
	}

	async #run(command: readonly string[]): Promise<Ended> {
		const [file = "", ...args] = [...this.#who.as, ...command];
		const env = { ...this.#env };
		if (command[0] === cli) env.BERTH_DATA = this.data;
		try {
			const options = { cwd: this.folder, env, maxBuffer: 2 ** 26 };
			const { stdout, stderr } = await run(file, args, options);
			return { code: 0, stdout, stderr };
		} catch (error) {
			return error as Ended;
		}
	}
}

export interface Ended {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

const NEEDED = [
	"docker-compose.yml",
	".dockerignore",
	".npmrc",
	"package.json",
	"package-lock.json",
	"orchestrator",
	"shared",
	"images",
];

/** One below those that systems give out by themselves, so that nobody is given it before the service has it. */
async function freePort(): Promise<number> {
	for (;;) {
		const port = randomInt(20_000, 32_000);
		const server = createServer().listen(port, "127.0.0.1");
		const isFree = await once(server, "listening").then(
			() => true,
			() => false,
		);
		if (!isFree) continue;
		server.close();
		await once(server, "close");
		return port;
	}
}
