import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withTable } from "./page.ts";

/** `node test/hostile/write-page.ts` brings the table of docs/reliability.md up to date. */
const file = join(import.meta.dirname, "../../docs/reliability.md");
writeFileSync(file, withTable(readFileSync(file, "utf8")));
