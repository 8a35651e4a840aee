import { once } from "node:events";
import { readConfig } from "../config.ts";
import { Sentence } from "./fail.ts";
import { becomeOwner, talk } from "./reach.ts";

/** Own the data directory until a signal comes. Containers outlive us, and are adopted at the next start. */
export async function up(): Promise<void> {
	const config = readConfig(process.env);
	const reached = await becomeOwner(config);
	if (!reached)
		throw new Sentence(
			`Another berth owns ${config.data} already. "berth doctor" says where it answers.`,
		);
	const { owned, address } = reached;
	const { runtime, because } = await owned.berth.about();
	talk(`berth answers at ${address}. Runtime: ${runtime}. ${because}`);
	const ended = Promise.race([
		once(process, "SIGTERM"),
		once(process, "SIGINT"),
	]);
	await owned.begin();
	owned.schedule();
	owned
		.sweep()
		.catch((error: unknown) => talk(`Could not sweep: ${String(error)}`));
	await ended;
	talk("Stopping. Containers go on, and are adopted at the next start.");
	await reached.close();
}
