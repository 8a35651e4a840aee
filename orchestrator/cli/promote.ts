import type { Berth } from "../api/berth.ts";
import type { RunView } from "../api/views.ts";
import type { RunId } from "../model/words.ts";
import { answer } from "./answer.ts";
import type { Reach } from "./part-taker.ts";
import { reachOwner, withReader } from "./reach.ts";
import { begin } from "./run.ts";
import { talk } from "./talk.ts";
import { whoAsks } from "./who.ts";

/** Have a path hold what another one holds. */
export async function promote(
	path: string,
	options: PromoteOptions,
): Promise<void> {
	const { to } = options;
	await moved(
		options,
		`"${to}" holds what "${path}" holds already: nothing to do.`,
		(berth, key) => berth.promote({ path, to, key, ...whoAsks() }),
	);
	await tellWhoPublishes(to);
}

/** The pipeline whose path it is knows nothing of the promotion. */
const tellWhoPublishes = (to: string): Promise<void> =>
	withReader(async (reader) => {
		const [now, before] = await reader.history(to);
		const isTasks = before?.how === "made" || before?.how === "unchanged";
		if (now?.how !== "promoted" || !isTasks) return;
		talk(
			`Note: ${before.attempt} published at "${to}", and that task puts its own there when it runs again. "berth rollback ${to}" takes this promotion back; promote to a path that no task publishes to, such as models/production.`,
		);
	});

/** Have a path hold what it held before. */
export const rollback = (
	path: string,
	options: RollbackOptions,
): Promise<void> =>
	moved(options, `"${path}" holds that already: nothing to do.`, (berth, key) =>
		berth.rollback({
			path,
			key,
			...(options.to === undefined ? {} : { to: options.to }),
			...whoAsks(),
		}),
	);

export interface PromoteOptions {
	readonly to: string;
	readonly json?: boolean;
}

export interface RollbackOptions {
	readonly to?: string;
	readonly json?: boolean;
}

async function moved(
	{ json }: { readonly json?: boolean },
	nothingToDo: string,
	ask: (berth: Berth, key: string) => Promise<RunView | null>,
): Promise<void> {
	const start = async (berth: Berth, key: string): Promise<RunView> => {
		const view = await ask(berth, key);
		if (view) return view;
		throw new NothingToDo();
	};
	try {
		await begin(json ? { json } : {}, start, { reach: reachWithoutEngine });
	} catch (error) {
		if (!(error instanceof NothingToDo)) throw error;
		answer(null, json, () => nothingToDo);
	}
}

class NothingToDo extends Error {}

/** A promotion takes no container, so it waits for no engine; other runs are left to those who come for them. */
const reachWithoutEngine: Reach = async (config, waitedFor) => {
	const reached = await reachOwner(config);
	await reached.owned?.begin(waitedFor ?? NO_RUN);
	return reached;
};

const NO_RUN = "" as RunId;
