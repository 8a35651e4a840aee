import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Berth } from "../api/berth.ts";
import { connect } from "../api/connect.ts";
import type { Owned } from "../compose.ts";
import type { Foreseer } from "../compose-unused.ts";
import {
	berthFolder,
	type Config,
	readConfig,
	wasEverUsed,
} from "../config.ts";
import { LoadingProcess } from "../define/loading-process.ts";
import { EXIT, Sentence } from "./fail.ts";
import { talk } from "./talk.ts";

/** The owner of the data directory: the one that there is, or this process for as long as it runs. */
export async function reachOwner(
	config: Config,
	{ willPlan = false }: { readonly willPlan?: boolean } = {},
): Promise<Reached> {
	let planner: LoadingProcess | undefined;
	let reached: Reached | null = null;
	try {
		reached = await anOwner(config, () => {
			planner ??= willPlan ? plannerFor(config) : undefined;
			return planner;
		});
		return reached;
	} finally {
		if (!reached?.owned) planner?.end();
	}
}

async function anOwner(
	config: Config,
	planner: () => LoadingProcess | undefined,
): Promise<Reached> {
	const begun = Date.now();
	for (let isTold = false; Date.now() - begun < PATIENCE_MS; ) {
		const client = await connect(berthFolder(config));
		if (client)
			return { berth: client, owned: null, close: () => client.close() };
		const owned = await becomeOwner(config, planner());
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

/** Most of berth is loaded here: whoever only asks an owner does without it. What will plan starts beside that. */
async function becomeOwner(
	config: Config,
	planner: LoadingProcess | undefined,
): Promise<Reached | null> {
	const becoming = await import("./become-owner.ts");
	return becoming.becomeOwner(config, { planner });
}

const plannerFor = ({ pipelines }: Config): LoadingProcess | undefined =>
	existsSync(pipelines) ? new LoadingProcess(pipelines) : undefined;

export interface Reached {
	readonly berth: Berth;
	/** Null when another process is the owner. */
	readonly owned: Owned | null;
	readonly close: () => Promise<void>;
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

/** Whoever can say what a run would do. Where nothing was ever stored that takes no owner, and nothing is made for it. */
export async function reachForeseer(config: Config): Promise<Foreseer> {
	if (wasEverUsed(config)) return reachOwner(config);
	const owner = await connect(berthFolder(config));
	if (owner) return { berth: owner, close: () => owner.close() };
	talk(nothingIn(config));
	return (await import("../compose-unused.ts")).foreseeAnew(config);
}

export const nothingIn = ({ data }: Config): string =>
	`Nothing was ever run in ${data}. "berth run <pipeline>" begins; or name another folder with BERTH_DATA.`;

async function aReader(config: Config): Promise<Questions & Closing> {
	const reader = await aReaderOrNull(config);
	if (reader) return reader;
	throw new Sentence(nothingIn(config), EXIT.usage);
}

async function aReaderOrNull(
	config: Config,
): Promise<(Questions & Closing) | null> {
	const owner = await connect(berthFolder(config));
	return owner ?? (await import("../compose-reading.ts")).read(config);
}

type Closing = { close(): Promise<void> };
type Questions = Pick<
	Berth,
	| "runs"
	| "run"
	| "vars"
	| "artifacts"
	| "history"
	| "logs"
	| "why"
	| "diff"
	| "replayed"
	| "lineage"
>;

/** The variables that are set, from the owner or the files; none where nothing was ever stored. */
export async function storedVars(
	config: Config,
): Promise<Readonly<Record<string, string>>> {
	const reader = await aReaderOrNull(config);
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
