import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isBundled, OWN_CODE } from "../own-files.ts";

/** An owner goes on loading from its bundle for as long as it lives: while it holds it, no newer one replaces it on the disk. */
export function holdBundle(): () => void {
	const note = fileURLToPath(new URL(`held-${process.pid}`, OWN_CODE));
	try {
		if (!isBundled) return () => undefined;
		writeFileSync(note, "");
		return () => rmSync(note, { force: true });
	} catch {
		return () => undefined; // a checkout of somebody else's
	}
}
