import { OwnerGone } from "../../orchestrator/api/call-owner.ts";
import type { Client } from "../../orchestrator/api/client.ts";
import type { RunId } from "../../orchestrator/model/words.ts";
import type { Going } from "../rig/berth-process.ts";
import { type Site, until } from "./site.ts";
import type { Order } from "./task.ts";

/** What a run is told once it is steady; null: nothing. */
export type Told = Order | "cancel" | null;

/** Lets a berth run the pipeline, and tells the run how to go on. Resolves when the run is settled, or when that berth is gone. */
export async function drive(
	site: Site,
	berth: Going,
	told: Told,
	onSteady: () => void = () => undefined,
): Promise<void> {
	const isGone = goneOf(berth);
	await until("berth has started", () => isGone() || site.isStarted);
	if (isGone()) return;
	const client = await site.client();
	if (!client) return; // just now
	try {
		const { id } = await client.start(REQUEST);
		if (told !== null) {
			await until("the run is steady", () => isGone() || isSteady(site.seen()));
			onSteady();
			if (told === "cancel") await client.cancel(id as RunId);
			else site.order(1, told);
		}
		await settled(client, id as RunId);
	} catch (error) {
		if (!(error instanceof OwnerGone)) throw error;
	} finally {
		await client.close();
	}
}

/** The same run, however often it is asked for. */
export const REQUEST = {
	pipeline: "crash",
	params: {},
	key: "01JCRASH000000000000000000",
} as const;

export async function settled(client: Client, id: RunId): Promise<void> {
	const patience = AbortSignal.timeout(120_000);
	for await (const view of client.watch(id, patience)) if (view.settled) return;
	patience.throwIfAborted();
}

/** The container runs, and everything that follows it does. */
const isSteady = (seen: readonly string[]): boolean =>
	seen.includes("after commit started") &&
	seen.filter((name) => name === "after append to log").length >= 2;

function goneOf(berth: Going): () => boolean {
	let isGone = false;
	void berth.ended.then(() => {
		isGone = true;
	});
	return () => isGone;
}
