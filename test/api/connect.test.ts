import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { connect } from "../../orchestrator/api/connect.ts";

function aFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "berth-connect-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	return folder;
}

test("where nobody says how to be asked, there is nobody to ask", async () => {
	expect(await connect(aFolder())).toBeNull();
});

test("who may not read how to ask is told at once", async ({ skip }) => {
	skip(process.getuid?.() === 0, "nothing stops root");
	const folder = aFolder();
	writeFileSync(join(folder, "server.json"), "{}", { mode: 0o000 });
	await expect(connect(folder)).rejects.toThrow(
		/server\.json, .* may not be read by you\. Work as the user who runs berth/,
	);
});
