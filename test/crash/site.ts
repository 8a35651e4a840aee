import {
	chmodSync,
	existsSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../../orchestrator/api/client.ts";
import { connect } from "../../orchestrator/api/connect.ts";
import type { Stream } from "../../orchestrator/runtimes/log-port.ts";
import { type Going, type Home, openHome } from "../rig/berth-process.ts";
import type { Point } from "./points.ts";
import { type Order, pipelineOf } from "./task.ts";

const KILL_HERE = join(import.meta.dirname, "kill-here.mjs");

/** A data directory of its own with one pipeline, and the processes that work on it. */
export class Site {
	static readonly #open = new Set<Site>();
	readonly #home: Home;
	#closing: Promise<void> | null = null;

	static async open(host: string): Promise<Site> {
		const home = await openHome({ BERTH_RUNTIME: "docker", DOCKER_HOST: host });
		const site = new Site(home);
		for (const folder of ["orders", "witness"])
			mkdirSync(home.at(folder), { recursive: true });
		chmodSync(home.at("witness"), 0o777);
		const text = pipelineOf(home.at("orders"), home.at("witness"));
		await home.write("pipelines/crash.ts", text);
		for (const later of [2, 3, 4]) site.order(later, "0");
		Site.#open.add(site);
		return site;
	}

	/** Those that are still there, should all be over at once. */
	static async closeAll(): Promise<void> {
		for (const site of Site.#open) await site.close();
	}

	private constructor(home: Home) {
		this.#home = home;
	}

	at(...parts: string[]): string {
		return this.#home.at("data", ...parts);
	}

	get berthFolder(): string {
		return this.at(".berth");
	}

	/** Empty as long as there is none. */
	get instance(): string {
		return textOf(this.at(".berth/instance")).trim();
	}

	/** Whether processes of this site are among these working directories. */
	isHome(path: string): boolean {
		return path.startsWith(this.#home.path);
	}

	/** It forgets what the one before has seen. */
	up(killAt: Point | null): Going {
		rmSync(this.#home.at("seen"), { force: true });
		return this.#home.start(["up"], {
			NODE_OPTIONS: `--import ${KILL_HERE}`,
			CRASH_SEEN: this.#home.at("seen"),
			...(killAt && { CRASH_AT: killAt.name, CRASH_TIME: `${killAt.time}` }),
		});
	}

	/** Null when no berth answers. */
	client(): Promise<Client | null> {
		return connect(this.berthFolder);
	}

	/** The boundaries that the last berth came to, in order. */
	seen(): string[] {
		return textOf(this.#home.at("seen")).split("\n").slice(0, -1);
	}

	/** The last berth has looked at the engine, and for what nobody owns. */
	get isStarted(): boolean {
		const seen = this.seen();
		return LAST_LOOKED_AT.every((last) => seen.includes(last));
	}

	/** A berth was about to ask for the start of this container, or has asked for it. */
	wasAsked(name: string): boolean {
		return existsSync(this.at(".berth/staging", name, "started"));
	}

	order(attempt: number, order: Order): void {
		const file = this.#home.at("orders", `${attempt}`);
		writeFileSync(`${file}.new`, `${order}\n`);
		renameSync(`${file}.new`, file);
	}

	/** What the container of this attempt says it has written. */
	witness(attempt: number, stream: Stream): string {
		return textOf(this.#home.at("witness", `${attempt}.${stream}`));
	}

	close(): Promise<void> {
		Site.#open.delete(this);
		this.#closing ??= this.#home.close();
		return this.#closing;
	}
}

const LAST_LOOKED_AT = ["after list networks", "after list volumes"];

const textOf = (file: string): string =>
	existsSync(file) ? readFileSync(file, "utf8") : "";

/** Waits for a fact about the world, which nobody announces. */
export async function until(
	what: string,
	isSo: () => boolean | Promise<boolean>,
): Promise<void> {
	for (const begun = Date.now(); !(await isSo()); await sleep(50))
		if (Date.now() - begun > PATIENCE_MS)
			throw new Error(`waited in vain until ${what}`);
}

const PATIENCE_MS = 120_000;
