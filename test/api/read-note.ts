import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServerNote } from "../../orchestrator/api/server.ts";

/** Where the owner of a data directory answers, and with which token. */
export const readNote = async (data: string): Promise<ServerNote> =>
	JSON.parse(
		await readFile(join(data, ".berth/server.json"), "utf8"),
	) as ServerNote;
