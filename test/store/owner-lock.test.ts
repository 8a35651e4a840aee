import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { acquireOwnership } from "../../orchestrator/store/sqlite/owner-lock.ts";
import { aFolder } from "./a-store.ts";

test("a data directory has one owner at a time", () => {
	const folder = join(aFolder(), ".berth");
	const first = acquireOwnership(folder);
	expect(first).not.toBeNull();
	expect(acquireOwnership(folder)).toBeNull();
	first?.release();
	const second = acquireOwnership(folder);
	expect(second).not.toBeNull();
	second?.release();
});

test("an owner that is killed with SIGKILL owns nothing any more", async () => {
	const folder = join(aFolder(), ".berth");
	const other = await anOwnerOf(folder);
	expect(acquireOwnership(folder)).toBeNull();
	other.kill("SIGKILL");
	await once(other, "exit");
	const ours = acquireOwnership(folder);
	expect(ours).not.toBeNull();
	ours?.release();
});

test("a file that is no lock is told with what to do", () => {
	const folder = aFolder();
	writeFileSync(join(folder, "owner.db"), "something else entirely");
	expect(() => acquireOwnership(folder)).toThrow(
		/berth must lock .*owner\.db to own its data directory, and cannot: .*\. Make sure/,
	);
});

async function anOwnerOf(folder: string): Promise<ChildProcess> {
	const script = fileURLToPath(new URL("./hold-ownership.ts", import.meta.url));
	const child = spawn(process.execPath, [script, folder], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	onTestFinished(() => void child.kill("SIGKILL"));
	const [said] = await once(child.stdout, "data");
	expect(String(said)).toBe("owner\n");
	return child;
}
