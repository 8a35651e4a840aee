import { once } from "node:events";
import type { Owned, Told } from "../compose.ts";
import { readConfig } from "../config.ts";
import { Sentence } from "./fail.ts";
import { keepHouse } from "./housekeeping.ts";
import { type Log, openLog } from "./log.ts";
import { becomeOwner } from "./reach.ts";

/** Own the data directory until a signal comes. Containers outlive us, and are adopted at the next start. */
export async function up(): Promise<void> {
	const config = readConfig(process.env);
	// First of all: without a handler, the first process of a container cannot be stopped.
	const ended = Promise.race([
		once(process, "SIGTERM"),
		once(process, "SIGINT"),
	]);
	const log = await openLog();
	const reached = await becomeOwner(config, toldTo(log));
	if (!reached)
		throw new Sentence(
			`Another berth owns ${config.data} already. "berth doctor" says where it answers.`,
		);
	const { owned, address } = reached;
	const { runtime, because } = await owned.berth.about();
	log.info(`berth answers at ${address}. Runtime: ${runtime}. ${because}`);
	const house = new AbortController();
	try {
		await Promise.race([work(owned, log, house.signal), ended]);
		await ended;
		log.info("Stopping. Containers go on, and are adopted at the next start.");
	} finally {
		house.abort();
		await reached.close();
	}
}

/** A runtime that somebody must do something about first refuses the start; one that does not answer is waited for. */
async function work(
	owned: Owned,
	log: Log,
	signal: AbortSignal,
): Promise<void> {
	await owned.ready().catch((error: Error) => {
		if (error.name !== "RuntimeUnreachable") throw new Sentence(error.message);
		log.warn(`${error.message} Waiting for it.`);
	});
	if (signal.aborted) return;
	await owned.begin();
	owned.schedule();
	const sweep = (): Promise<void> =>
		owned
			.sweep()
			.catch((error: unknown) => log.warn(`Could not sweep: ${String(error)}`));
	void sweep();
	const house = await keepHouse({ sweep });
	if (signal.aborted) house.end();
	else signal.addEventListener("abort", () => house.end());
}

const toldTo = (log: Log): Told => ({
	onTrouble: (text) => log.warn(text),
	onNews: (text) => log.info(text),
	onBadEnd: (text) => log.warn(text),
	onFatal: (error) => {
		log.fatal(
			`Stopping, because nothing can be remembered any more: ${(error as Error).stack ?? String(error)}`,
		);
		process.exit(1);
	},
});
