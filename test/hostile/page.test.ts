import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FAMILIES } from "./families.ts";
import { withTable } from "./page.ts";

test("docs/reliability.md says what the hostile tasks try, what stops them and what their user reads (else: node test/hostile/write-page.ts)", () => {
	const file = join(import.meta.dirname, "../../docs/reliability.md");
	const page = readFileSync(file, "utf8");
	expect(page).toBe(withTable(page));
});

test("no two hostile tasks of a family have one name", () => {
	for (const { tasks } of FAMILIES) {
		const names = tasks.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
	}
});
