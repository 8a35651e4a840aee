import { expect, test } from "vitest";
import type { RunView } from "../../orchestrator/api/views.ts";
import { aHome } from "../rig/berth-process.ts";

const NOWHERE = {
	BERTH_RUNTIME: "docker",
	DOCKER_HOST: "unix:///no/such/docker.sock",
};

test("a data directory that lies elsewhere than before refuses the start, with what to do", async () => {
	const home = await aHome();
	await home.write("data/.berth/place.json", '{"path":"/elsewhere"}');
	const { code, stderr } = await home.berth("up");
	expect(code).toBe(1);
	expect(stderr).toContain('"berth doctor --moved"');
	expect(stderr).not.toContain("mistake");
});

test("an engine that does not answer is waited for, while berth answers, and a signal ends it", async () => {
	const home = await aHome(NOWHERE);
	await home.pipeline("p", 'tool("a", ["say", "hello"]);');
	const up = home.start(["up"]);
	await up.says(/no Docker engine .* Waiting for it/);
	const run = home.start(["run", "p"]);
	await run.says(/Through berth .* owns/);
	await run.says(/Run p@/);
	run.kill("SIGKILL");
	up.kill("SIGTERM");
	expect(await up.ended).toMatchObject({ code: 0 });
});

test("what one runtime began cannot be taken up with another", async () => {
	const home = await aHome();
	const gate = home.at("gate");
	await home.pipeline("p", `tool("a", ["until", "${gate}"]);`);
	const run = home.start(["run", "p"]);
	const [, id = ""] = await run.says(/Run (\S+@\S+)\n/);
	await run.says(/a +running/);
	run.kill("SIGKILL");
	await run.ended;

	const other = await home.start(["up"], NOWHERE).ended;
	expect(other).toMatchObject({ code: 2 });
	expect(other.stderr).toContain("Start with BERTH_RUNTIME=local");

	const auto = home.start(["up"], { BERTH_RUNTIME: "auto" });
	await auto.says(/Runtime: local\. Runs that are not over began with it/);
	await home.write("gate", "");
	await expect
		.poll(async () => (await home.json<RunView>("show", id)).status)
		.toBe("succeeded");
	auto.kill("SIGTERM");
	await auto.ended;
	const { tasks } = await home.json<RunView>("show", id);
	expect(tasks[0]?.attempts).toHaveLength(1);
});

test("an attempt that failed is told in the log, with what happens next", async () => {
	const home = await aHome();
	await home.pipeline(
		"p",
		'tool("a", ["exit", "3"], { retries: { times: 1, backoff: "10ms" } });',
	);
	const up = home.start(["up"]);
	await up.says(/berth answers/);
	expect(await home.berth("run", "p")).toMatchObject({ code: 1 });
	await up.says(
		/p@\S+\/a\/1: It exited with code 3 \(attempt 1 of 2\).* Next attempt at/,
	);
	await up.says(
		/p@\S+\/a\/2: It exited with code 3 \(attempt 2 of 2\).* No attempt is left/,
	);
	up.kill("SIGTERM");
	expect(await up.ended).toMatchObject({ code: 0 });
});
