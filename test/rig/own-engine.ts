import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
	mkdtempSync,
	openSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Why an engine of one's own cannot be had here; null when it can. */
export function whyNoOwnEngine(): string | null {
	return process.getuid?.() === 0
		? null
		: "starting an engine of one's own takes root";
}

/**
 * A Docker engine that nobody else uses, so that it may be killed: a dockerd of its own in its own network namespace (tasks have
 * no network there), with all it keeps in one folder that goes in the end. Takes root and the dockerd of the machine.
 */
export async function startOwnEngine(
	options: OwnEngineOptions = {},
): Promise<OwnEngine> {
	// On disk: a file system in memory cannot be an overlay's upper layer everywhere. The path is short, because sockets lie in it.
	const folder = mkdtempSync("/var/tmp/be-");
	const engine = new OwnEngine(folder, options);
	const leave = async (): Promise<void> => {
		await engine.close();
		process.exit(130);
	};
	process.once("SIGINT", leave).once("SIGTERM", leave);
	try {
		if (options.diskMegabytes) await engine.mountDisk(options.diskMegabytes);
		await engine.start();
		for (const image of options.images ?? []) await engine.take(image);
		return engine;
	} catch (error) {
		await engine.close();
		throw error;
	} finally {
		process.off("SIGINT", leave).off("SIGTERM", leave);
	}
}

export interface OwnEngineOptions {
	/** Containers outlive the daemon. */
	readonly liveRestore?: boolean;
	/** Taken over from the machine's engine. */
	readonly images?: readonly string[];
	/** It keeps its images and containers on a disk of its own, of that size. */
	readonly diskMegabytes?: number;
}

export class OwnEngine {
	readonly folder: string;
	readonly socket: string;
	/** Containers outlive the daemon; what is set here counts from its next start on. */
	liveRestore: boolean;
	/** A service of its own, as on most machines: it outlives the daemon. */
	#containerd: ChildProcess | null = null;
	#daemon: ChildProcess | null = null;

	constructor(folder: string, { liveRestore = false }: OwnEngineOptions) {
		this.folder = folder;
		this.socket = join(folder, "docker.sock");
		this.liveRestore = liveRestore;
	}

	/** What `DOCKER_HOST` must be, to use it. */
	get host(): string {
		return `unix://${this.socket}`;
	}

	/** Before the first start. */
	async mountDisk(megabytes: number): Promise<void> {
		const disk = join(this.folder, "disk");
		await run("truncate", ["-s", `${megabytes}M`, disk]);
		// Nothing is set aside for root, so that full is full.
		await run("mkfs.ext4", ["-q", "-m", "0", disk]);
		await run("mkdir", [this.data]);
		await run("mount", ["-o", "loop", disk, this.data]);
	}

	/** Where it keeps its images and containers. */
	get data(): string {
		return join(this.folder, "data");
	}

	/** Start it (again), and wait until it answers. */
	async start(): Promise<void> {
		if (isUp(this.#daemon)) return;
		this.#containerd ??= this.#spawn("containerd", "--config", [
			this.#write("containerd.toml", this.#containerdConfig()),
		]);
		rmSync(join(this.folder, "docker.pid"), { force: true });
		const config = this.#write("daemon.json", JSON.stringify(this.#config()));
		this.#daemon = this.#spawn("unshare", "--net", [
			"dockerd",
			"--config-file",
			config,
		]);
		const gone = once(this.#daemon, "exit").then(() => {
			throw new Error(`dockerd ended: ${this.lastWords()}`);
		});
		gone.catch(() => undefined);
		await Promise.race([this.#answers(), gone]);
	}

	/** SIGKILL, as if it had crashed. Resolves once it is gone; containers are left to themselves. */
	async kill(): Promise<void> {
		await this.#end("SIGKILL");
	}

	/** As the machine's service manager stops it. */
	async stop(): Promise<void> {
		await this.#end("SIGTERM");
	}

	/** It does not answer any more, but its connections stay open; `resume` ends that. */
	freeze(): void {
		this.#daemon?.kill("SIGSTOP");
	}

	resume(): void {
		this.#daemon?.kill("SIGCONT");
	}

	/** While it is dead: take from it how a container ended, as when it dies between hearing of it and writing it down. */
	async forget(id: string): Promise<void> {
		const namespace = ["-a", this.#containerdSocket, "-n", "moby"];
		await run("ctr", [...namespace, "tasks", "delete", id]);
	}

	/** Run the docker command line on it. */
	async docker(...args: string[]): Promise<string> {
		const { stdout } = await run("docker", ["-H", this.host, ...args], {
			maxBuffer: 256 * 2 ** 20,
		});
		return stdout.trim();
	}

	/** Take an image over from the machine's engine. */
	async take(image: string): Promise<void> {
		const saved = spawn("docker", ["save", image], {
			stdio: ["ignore", "pipe", "inherit"],
		});
		const loaded = spawn("docker", ["-H", this.host, "load", "-q"], {
			stdio: [saved.stdout, "ignore", "inherit"],
		});
		const [code] = await once(loaded, "exit");
		if (code !== 0) throw new Error(`${image} could not be taken over.`);
	}

	/** Remove its containers, end it and its containerd, and remove its folder. */
	async close(): Promise<void> {
		this.resume();
		await this.start().catch(() => undefined);
		const containers = await this.docker("ps", "-aq").catch(() => "");
		if (containers)
			await this.docker("rm", "-f", ...containers.split("\n")).catch(() => "");
		await this.#end("SIGTERM");
		this.#containerd?.kill("SIGKILL");
		// What is left of containers hangs on shims, which name the folder. Until all are gone, they may write into it.
		const isSomebodyLeft = () =>
			run("pkill", ["-9", "-f", this.folder]).then(
				() => true,
				() => false,
			);
		while (await isSomebodyLeft()) await sleep(50);
		await run("sh", [
			"-c",
			'grep -o " $1/[^ ]*" /proc/self/mounts | sort -r | xargs -r umount -l; rm -rf "$1"',
			"sh",
			this.folder,
		]);
	}

	lastWords(): string {
		const log = readFileSync(join(this.folder, "dockerd.log"), "utf8");
		return log.split("\n").slice(-5).join("\n");
	}

	#config(): object {
		return {
			hosts: [this.host],
			"data-root": this.data,
			"exec-root": join(this.folder, "exec"),
			containerd: this.#containerdSocket,
			pidfile: join(this.folder, "docker.pid"),
			"live-restore": this.liveRestore,
			// Its own network namespace has no network to give away.
			bridge: "none",
			iptables: false,
			"storage-driver": "overlay2",
		};
	}

	async #end(signal: NodeJS.Signals): Promise<void> {
		const daemon = this.#daemon;
		if (!daemon || !isUp(daemon)) return;
		const gone = once(daemon, "exit");
		daemon.kill(signal); // `unshare` became dockerd: it is the same process
		await gone;
	}

	get #containerdSocket(): string {
		return join(this.folder, "containerd.sock");
	}

	#containerdConfig(): string {
		return `version = 2
root = "${this.folder}/containerd"
state = "${this.folder}/exec-containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "${this.#containerdSocket}"
`;
	}

	#write(name: string, text: string): string {
		const path = join(this.folder, name);
		writeFileSync(path, text);
		return path;
	}

	#spawn(command: string, ...args: [string, string[]]): ChildProcess {
		const log = openSync(join(this.folder, "dockerd.log"), "a");
		return spawn(command, [args[0], ...args[1]], {
			stdio: ["ignore", log, log],
			detached: true,
		});
	}

	async #answers(): Promise<void> {
		while (!(await ping(this.socket))) await sleep(50);
	}
}

const ping = (socketPath: string): Promise<boolean> =>
	new Promise((resolve) => {
		const asked = request({ socketPath, path: "/_ping" }, (response) => {
			response.resume();
			resolve(response.statusCode === 200);
		});
		asked.setTimeout(1_000, () => asked.destroy());
		asked.on("error", () => resolve(false)).end();
	});

const isUp = (daemon: ChildProcess | null): boolean =>
	daemon?.exitCode === null && daemon.signalCode === null;
