import { readFileSync } from "node:fs";
import { ownFile } from "./own-files.ts";

/** berth's own. */
export const VERSION = (
	JSON.parse(readFileSync(ownFile("package.json"), "utf8")) as {
		version: string;
	}
).version;
