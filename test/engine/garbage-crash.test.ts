import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { removeTree } from "../../orchestrator/artifacts/remove-tree.ts";
import type { DataPath } from "../../orchestrator/model/words.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { EngineRig } from "../rig/engine-rig.ts";
import { aPlan, aTask } from "../rig/plans.ts";
import { Puppet } from "../rig/puppet.ts";

const PROGRAM = fileURLToPath(new URL("./gc-and-crash.ts", import.meta.url));
const PATHS = ["m", "other"] as const;

/** Two paths, each published twice by tasks whose results are remembered. */
async function aFullFolder(): Promise<string> {
	const puppet = new Puppet();
	const rig = new EngineRig(puppet);
	for (const [index, path] of [...PATHS, ...PATHS].entries()) {
		const work = {
			out: { it: path as DataPath },
			env: { N: `${index}` },
			cache: { kind: "always" },
		} as const;
		const id = await rig.begin(aPlan(aTask("make", { work })), `p@${index}`);
		const job = await puppet.next("make");
		job.write("/out/it/a/it.txt", `${index}`);
		job.exit(0);
		await rig.settled(id);
	}
	await rig.close();
	return rig.data;
}

/** The steps that it took. Without a step to be killed before, to its end. */
async function collect(data: string, killBefore = 0): Promise<string[]> {
	const child = spawn(process.execPath, [PROGRAM, data, `${killBefore}`], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const [printed, [code, signal]] = await Promise.all([
		text(child.stdout),
		once(child, "close"),
	]);
	expect(killBefore === 0 ? code : signal).toBe(
		killBefore === 0 ? 0 : "SIGKILL",
	);
	return printed.split("\n").slice(0, -1);
}

/** What can be read at each path, and which objects lie there whole. */
function contentsOf(data: string) {
	const objects = readdirSync(join(data, ".berth/objects"));
	return {
		paths: PATHS.map((path) =>
			readFileSync(join(data, path, "a/it.txt"), "utf8"),
		),
		objects: objects.map((object) =>
			readFileSync(join(data, ".berth/objects", object, "a/it.txt"), "utf8"),
		),
	};
}

test("killed before any step, a collection has taken nothing that is needed, left no half of anything, and is finished by the next", async () => {
	const full = await aFullFolder();
	const steps = await collect(copyOf(full));
	expect(steps.length).toBeGreaterThan(8);
	for (let step = 1; step <= steps.length; step++) {
		const data = copyOf(full);
		await collect(data, step);
		const killed = contentsOf(data);
		expect(killed.paths).toEqual(["2", "3"]);
		expect(killed.objects).toEqual(expect.arrayContaining(["2", "3"]));
		await collect(data);
		const after = contentsOf(data);
		expect(after.paths).toEqual(["2", "3"]);
		expect(after.objects.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
			"2",
			"3",
		]);
		const store = openStore(join(data, "berth.db"));
		for (const path of PATHS) {
			const history = await store.history(path as DataPath);
			expect(history.map(({ removedAt }) => removedAt !== null)).toEqual([
				false,
				true,
			]);
		}
		store.close();
		await removeTree(data);
	}
	await removeTree(full);
}, 400_000);

function copyOf(full: string): string {
	const data = mkdtempSync(join(tmpdir(), "berth-gc-"));
	cpSync(full, data, { recursive: true, verbatimSymlinks: true });
	return data;
}
