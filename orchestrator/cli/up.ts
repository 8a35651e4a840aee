import type { Owned, Told } from "../compose.ts";
import { readConfig } from "../config.ts";
import { isStorageTrouble } from "../store/trouble-port.ts";
import { becomeOwner } from "./become-owner.ts";
import { sayWhatIsLeft } from "./drain.ts";
import { EXIT, Sentence } from "./fail.ts";
import { keepHouse } from "./housekeeping.ts";
import { type Log, openLog } from "./log.ts";
import { leave, onSignals, unlessRaised } from "./stop.ts";
import { talk } from "./talk.ts";

/** Own the data directory until a signal comes. Containers outlive us, and are adopted at the next start. */
export async function up({ drain = false }: UpOptions): Promise<void> {
	const config = readConfig(process.env);
	let say = talk;
	// First of all: without a handler, the first process of a container cannot be stopped.
	const { signals } = onSignals(drain ? 2 : 1, (text) => say(text));
	const [asked = NEVER, insisted = asked] = signals;
	const log = await openLog();
	say = log.info;
	const reached = await unlessRaised(
		asked,
		becomeOwner(config, { told: toldTo(log) }),
	);
	if (asked.aborted) return leave(async () => log.info(GO_ON), EXIT.done);
	if (!reached)
		throw new Sentence(
			`Another berth owns ${config.data} already. "berth doctor" says where it answers.`,
		);
	const { owned, address } = reached;
	const { runtime, because } = await owned.berth.about();
	await reached.warm();
	log.info(`berth answers at ${address}. Runtime: ${runtime}. ${because}`);
	try {
		const working = work(owned, log, asked);
		await unlessRaised(asked, working);
		await unlessRaised(asked, new Promise(() => undefined));
		if (drain && (await unlessRaised(insisted, working)))
			await unlessRaised(insisted, drained(owned, log));
	} catch (error) {
		await reached.close();
		throw error;
	}
	log.info(GO_ON);
	await leave(reached.close, EXIT.done);
}

export interface UpOptions {
	/** At the first signal, wait until nothing is under way. */
	readonly drain?: boolean;
}

const GO_ON = "Stopping. Containers go on, and are adopted at the next start.";
const { signal: NEVER } = new AbortController();

async function drained(owned: Owned, log: Log): Promise<void> {
	log.info("Draining: nothing new is begun.");
	try {
		await owned.drain(sayWhatIsLeft((text) => log.info(text)));
		log.info("Drained: nothing is under way.");
	} catch (error) {
		if (!isStorageTrouble(error)) throw error;
		log.warn(`Not drained, since no end can be remembered. ${error.message}`);
	}
}

/** A runtime that somebody must do something about first refuses the start; one that does not answer is waited for. Null when we were told to stop before. */
async function work(
	owned: Owned,
	log: Log,
	signal: AbortSignal,
): Promise<true | null> {
	const sweep = (): Promise<void> =>
		owned
			.sweep()
			.catch((error: unknown) => log.warn(`Could not sweep: ${String(error)}`));
	await owned.ready().catch((error: Error) => {
		if (error.name !== "RuntimeUnreachable") throw new Sentence(error.message);
		void owned
			.untilReady(signal)
			.then(() => (signal.aborted ? undefined : sweep()));
	});
	if (signal.aborted) return null;
	await owned.begin();
	if (signal.aborted) return true;
	const looked = owned.schedule();
	// A run that was lost with the power is made again by its schedule, and adopts the container that it had.
	void looked.then(sweep);
	const house = await keepHouse({ sweep });
	if (signal.aborted) house.end();
	else signal.addEventListener("abort", () => house.end());
	return true;
}

const toldTo = (log: Log): Told => ({
	onTrouble: (text) => log.warn(text),
	onNews: (text) => log.info(text),
	onBadEnd: (text) => log.warn(text),
	onFatal: (error) => {
		log.fatal(
			`Stopping, because of a mistake of berth's own: ${(error as Error).stack ?? String(error)}`,
		);
		process.exit(1);
	},
});
