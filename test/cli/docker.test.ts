import { execFileSync } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { expect, test } from "vitest";
import type { RunView } from "../../orchestrator/api/views.ts";
import { aHome, type Home } from "../rig/berth-process.ts";
import { GATE, toOpen } from "../rig/container-gate.ts";
import { describeWithEngine } from "../rig/engine.ts";

const BASE = "node:24-bookworm-slim";
const anEngineHome = (): Promise<Home> => aHome({ BERTH_RUNTIME: "docker" });

/** Names of what this data directory's runs left on the engine. */
async function leftOf(home: Home): Promise<string[]> {
	const instance = await readFile(home.at("data/.berth/instance"), "utf8");
	const names = execFileSync("docker", [
		"ps",
		"-a",
		"--filter",
		`name=berth-${instance.trim()}`,
		"--format",
		"{{.Names}}",
	]);
	return names
		.toString()
		.split("\n")
		.filter((name) => name !== "");
}

describeWithEngine("a pipelines folder somewhere else, in containers", () => {
	const pipelines = {
		chain: `let before = [];
	for (let n = 1; n <= 20; n++) before = [container(\`step-\${n}\`, { image: "${BASE}", command: ["true"], after: before })];`,
		fails: `const a = container("bad", { image: "${BASE}", command: ["sh", "-c", "echo why >&2; exit 3"] });
	container("never", { image: "${BASE}", command: ["true"], after: [a] });`,
		outputs: `container("two", { image: "${BASE}", command: ["sh", "-c", 'echo 1 > "$BERTH_OUT/one/f"; echo 2 > "$BERTH_OUT/two/f"'], out: { one: \`two/\${ds}/one\`, two: \`two/\${ds}/two\` } });`,
		long: `container("long", { image: "${BASE}", command: ["sleep", "300"], grace: "1s" });`,
		pause: `const a = container("pause", { image: "${BASE}", command: ["sh", "-c", "echo up; ${GATE}; echo done"] });
	container("next", { image: "${BASE}", command: ["true"], after: [a] });`,
	};
	let home: Home;

	const begin = async (...names: (keyof typeof pipelines)[]) => {
		home = await anEngineHome();
		for (const name of names) await home.pipeline(name, pipelines[name]);
	};

	test("a chain of 20 tasks runs one after the other, beside a file that is broken", async () => {
		await begin("chain");
		await home.write("pipelines/bad.ts", "export default pipeline(");
		expect(await home.berth("check")).toMatchObject({
			code: 1,
			stdout: expect.stringContaining("✗ bad.ts:1"),
		});
		const run = await home.berth("run", "chain", "--json");
		expect(run.code).toBe(0);
		expect(run.stderr).toContain("Runtime: docker");
		const { tasks } = JSON.parse(run.stdout) as RunView;
		expect(tasks).toHaveLength(20);
		const times = tasks.map(({ attempts }) => attempts[0]);
		for (const [n, attempt] of times.entries())
			if (n > 0)
				expect(
					attempt?.startedAt?.localeCompare(times[n - 1]?.endedAt ?? ""),
				).toBeGreaterThanOrEqual(0);
		expect(await leftOf(home)).toEqual([]);
	});

	test("a failing task tells its code and its log; a task with two outputs publishes both", async () => {
		await begin("fails", "outputs");
		const failed = await home.berth("run", "fails");
		expect(failed.code).toBe(1);
		expect(failed.stdout).toContain("It exited with code 3.");
		expect(await home.berth("logs", "fails", "bad")).toMatchObject({
			code: 0,
			stdout: "",
			stderr: "why\n",
		});
		const args = ["run", "outputs", "--date", "2026-11-20"];
		expect(await home.berth(...args)).toMatchObject({ code: 0 });
		for (const name of ["one", "two"])
			expect(
				(await stat(home.at(`data/two/2026-11-20/${name}/f`))).isFile(),
			).toBe(true);
		expect(await leftOf(home)).toEqual([]);
	});

	test("when the owner is killed, who joined it takes over and adopts the container", async () => {
		await begin("pause");
		const first = home.start(["run", "pause"]);
		const [, left = ""] = await first.says(/Run (\S+@\S+)\n/);
		await first.says(/pause +running/);
		const second = home.start(["run", "pause"]);
		const [, id = ""] = await second.says(/Run (\S+@\S+)\n/);
		await second.says(/pause +running/);
		first.kill("SIGKILL");
		await second.says(/Going on with what was left/);
		for (const name of await leftOf(home)) execFileSync("docker", toOpen(name));
		expect(await second.ended).toMatchObject({ code: 0 });
		const { tasks } = await home.json<RunView>("show", id);
		expect(tasks.map(({ attempts }) => attempts.length)).toEqual([1, 1]);
		expect(await home.berth("logs", id, "pause")).toMatchObject({
			stdout: "up\ndone\n",
		});
		const up = home.start(["up"]);
		await expect
			.poll(() => home.json<RunView>("show", left))
			.toMatchObject({ settled: true, status: "succeeded" });
		up.kill("SIGTERM");
		await up.ended;
		expect(await leftOf(home)).toEqual([]);
	});

	test("Ctrl-C leaves the container at work, and cancel ends it", async () => {
		await begin("long");
		const run = home.start(["run", "long"]);
		await run.says(/long +running/);
		run.kill("SIGINT");
		expect(await run.ended).toMatchObject({ code: 130 });
		expect(await leftOf(home)).toHaveLength(1);
		expect(await home.berth("cancel", "long")).toMatchObject({ code: 0 });
		expect(await leftOf(home)).toEqual([]);
	});
});
