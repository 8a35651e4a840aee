import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a value as JSON with every digit of its numbers; the folder is made when missing. */
export function writeJson(path: string, value: unknown): void {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, `${JSON.stringify(value, null, "\t")}\n`);
}
