import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Unusable } from "../store/port.ts";
import type { Client } from "./client.ts";
import type { ServerNote } from "./server.ts";

/** Asks the owner of a data directory. Null when none answers, or when what answers there now is something else. */
export async function connect(folder: string): Promise<Client | null> {
	const note = await readNote(folder);
	if (note === null) return null;
	// What speaks HTTP takes long to load, and most of the time there is nobody to speak to.
	const { Client } = await import("./client.ts");
	for (const address of [note.address, ...(note.alsoAt ?? [])]) {
		const client = new Client({ ...note, address });
		try {
			await client.about(AbortSignal.timeout(PATIENCE_MS));
			return client;
		} catch {
			await client.close();
		}
	}
	return null;
}

/** How long an owner may take to say that it is one; machines are busy at times. */
const PATIENCE_MS = 10_000;

async function readNote(folder: string): Promise<ServerNote | null> {
	try {
		return JSON.parse(
			await readFile(join(folder, "server.json"), "utf8"),
		) as ServerNote;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EACCES")
			throw closed(folder);
		return null;
	}
}

/** Whoever waits until it may be read waits in vain. */
const closed = (folder: string): Unusable =>
	new Unusable(
		`${join(folder, "server.json")}, which says how to ask the berth of this data directory, may not be read by you. Work as the user who runs berth, or name a data directory of your own with BERTH_DATA.`,
	);
