import type { Config } from "../config.ts";
import { type Reached, reachOwner, talk } from "./reach.ts";

/** Ask the owner; where there is none, become it, say with which runtime, and take up what is not settled. */
export async function takePart(config: Config): Promise<Reached> {
	const reached = await reachOwner(config);
	if (!reached.owned) return reached;
	try {
		const { runtime, because } = await reached.berth.about();
		talk(`Runtime: ${runtime}. ${because}`);
		await reached.owned.ready();
		await reached.owned.begin();
		return reached;
	} catch (error) {
		await reached.close();
		throw error;
	}
}
