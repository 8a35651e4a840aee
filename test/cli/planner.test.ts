import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { aHome, type Home } from "../rig/berth-process.ts";

test("what will plan is started once, however long an owner is waited for, and goes with the command", async () => {
	const home = await aHome();
	await home.pipeline("p", 'tool("a", ["say", "hi"]);');
	await mkdir(home.at("data/.berth"), { recursive: true });
	const holder = spawn(process.execPath, [
		join(import.meta.dirname, "../store/hold-ownership.ts"),
		home.at("data/.berth"),
	]);
	onTestFinished(() => void holder.kill("SIGKILL"));
	await once(holder.stdout, "data");
	const run = home.start(["run", "p"]);
	const first = await vi.waitFor(
		() => {
			const [pid] = planners(home);
			expect(pid).toBeDefined();
			return pid;
		},
		{ timeout: 100_000, interval: 5 },
	);
	await run.says(/Another berth owns/);
	expect(planners(home)).toEqual([first]);
	run.kill("SIGKILL");
	await run.ended;
	await expect.poll(() => planners(home)).toEqual([]);
});

/** Those that load the pipelines of this home, by their processes. */
const planners = (home: Home): readonly string[] =>
	readdirSync("/proc").filter((pid) => {
		if (!/^\d+$/.test(pid)) return false;
		try {
			return (
				readlinkSync(`/proc/${pid}/cwd`) === home.at("pipelines") &&
				readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("load-child")
			);
		} catch {
			return false; // gone meanwhile, or another user's
		}
	});
