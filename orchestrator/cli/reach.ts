import { setTimeout as sleep } from "node:timers/promises";
import type { Berth } from "../api/berth.ts";
import { connect } from "../api/connect.ts";
import { serve } from "../api/server.ts";
import { type Owned, own, read, type Told } from "../compose.ts";
import { berthFolder } from "../compose-machine.ts";
import type { Config } from "../config.ts";
import { BadConfig, readConfig } from "../config.ts";
import { VERSION } from "../version.ts";
import { EXIT, Sentence } from "./fail.ts";
import { talk } from "./talk.ts";

/** The owner of the data directory: the one that there is, or this process for as long as it runs. */
export async function reachOwner(config: Config): Promise<Reached> {
	const begun = Date.now();
	for (let isTold = false; Date.now() - begun < PATIENCE_MS; ) {
		const client = await connect(berthFolder(config));
		if (client)
			return { berth: client, owned: null, close: () => client.close() };
		const owned = await becomeOwner(config);
		if (owned) return owned;
		if (!isTold && Date.now() - begun > SHORTLY_MS) {
			isTold = true;
			talk(`Another berth owns ${config.data}; waiting until it answers.`);
		}
		await sleep(100);
	}
	throw new Sentence(
		`Another berth owns ${config.data}, and does not answer. Look for it ("ps", "docker ps"), or wait until it has started.`,
	);
}

export interface Reached {
	readonly berth: Berth;
	/** Null when another process is the owner. */
	readonly owned: Owned | null;
	readonly close: () => Promise<void>;
}

/** Own the data directory and serve its API. Null when somebody else does. */
export async function becomeOwner(
	config: Config,
	told: Told = talking,
): Promise<(Reached & { owned: Owned; address: string }) | null> {
	const owned = await own(config, told);
	if (!owned) return null;
	const served = await serve(owned.berth, {
		folder: berthFolder(config),
		...config.listen,
		version: VERSION,
	}).catch(async (error: NodeJS.ErrnoException) => {
		await owned.close();
		if (error.syscall !== "listen") throw error;
		const { host, port } = config.listen;
		throw new BadConfig(
			`BERTH_LISTEN: berth cannot listen at ${host}:${port} (${error.code}). Name an address of this machine and a port that is free, or unset it.`,
		);
	});
	return {
		berth: owned.berth,
		owned,
		address: served.address,
		close: async () => {
			await served.close();
			await owned.close();
		},
	};
}

/** Ask whoever can answer questions about what is stored: the owner, or the files themselves. */
export async function withReader<T>(
	ask: (reader: Questions) => Promise<T>,
): Promise<T> {
	const config = readConfig(process.env);
	return untilAnswered(() => aReader(config), ask);
}

/** An owner may go away while it is asked: then there is another one, or none. */
export async function untilAnswered<Whom extends { close(): Promise<void> }, T>(
	reach: () => Promise<Whom>,
	ask: (whom: Whom) => Promise<T>,
): Promise<T> {
	for (let trial = 1; ; trial++) {
		const whom = await reach();
		try {
			return await ask(whom);
		} catch (error) {
			if (!isOwnerGone(error) || trial >= TRIALS) throw error;
		} finally {
			await whom.close();
		}
	}
}

const TRIALS = 10;

/** By its name, so that nothing is loaded for it. */
export const isOwnerGone = (error: unknown): boolean =>
	error instanceof Error && error.name === "OwnerGone";

async function aReader(config: Config): Promise<Questions & Closing> {
	const reader = (await connect(berthFolder(config))) ?? read(config);
	if (reader) return reader;
	throw new Sentence(
		`Nothing was ever run in ${config.data}. "berth run <pipeline>" begins; or name another folder with BERTH_DATA.`,
		EXIT.usage,
	);
}

type Closing = { close(): Promise<void> };
type Questions = Pick<Berth, "runs" | "run" | "vars" | "artifacts" | "logs">;

/** The variables that are set, from the owner or the files; none where nothing was ever stored. */
export async function storedVars(
	config: Config,
): Promise<Readonly<Record<string, string>>> {
	const reader = (await connect(berthFolder(config))) ?? read(config);
	if (!reader) return {};
	try {
		const vars = await reader.vars();
		return Object.fromEntries(vars.map(({ name, value }) => [name, value]));
	} finally {
		await reader.close();
	}
}

/** An owner that has just started needs a moment to answer, and one that stops may have something to finish. */
const PATIENCE_MS = 30_000;
const SHORTLY_MS = 2_000;

const talking: Told = {
	onTrouble: talk,
	onNews: talk,
	onBadEnd: () => undefined,
	onFatal: (error) => {
		talk(
			`Stopping, because of a mistake of berth's own: ${(error as Error).stack ?? String(error)}`,
		);
		process.exit(1);
	},
};
