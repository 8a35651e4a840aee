import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import type { RunView } from "../../orchestrator/api/views.ts";
import { aHome, type Going, type Home } from "../rig/berth-process.ts";
import { GATE, toOpen } from "../rig/container-gate.ts";
import { describeWithEngine } from "../rig/engine.ts";
import { startOwnEngine, whyNoOwnEngine } from "../rig/own-engine.ts";

const BASE = "node:24-bookworm-slim";
const run = promisify(execFile);
const KILL_HERE = join(import.meta.dirname, "../crash/kill-here.mjs");
const DOCKER = { BERTH_RUNTIME: "docker" };

/** The docker command line on the engine of the environment. */
async function docker(...args: string[]): Promise<string> {
	return (await run("docker", args)).stdout.trim();
}

/** Names of the containers that this data directory has on the machine's engine. */
async function containersOf(home: Home): Promise<string[]> {
	const instance = await readFile(home.at("data/.berth/instance"), "utf8");
	const label = `label=dev.berth.instance=${instance.trim()}`;
	const names = await docker(
		"ps",
		"-a",
		"--filter",
		label,
		"--format",
		"{{.Names}}",
	);
	return names.split("\n").filter(Boolean);
}

async function aServer(
	home: Home,
	env: NodeJS.ProcessEnv = {},
): Promise<Going> {
	const up = home.start(["up"], env);
	await up.says(/berth answers at/);
	return up;
}

const open = (container = ""): Promise<string> => docker(...toOpen(container));

/** A run through the server, when it is so far; the one that began it is gone then. */
async function begun(home: Home, name: string, soFar: RegExp): Promise<string> {
	const going = home.start(["run", name]);
	const [, id = ""] = await going.says(/Run (\S+@\S+)\n/);
	await going.says(soFar);
	going.kill("SIGKILL");
	await going.ended;
	return id;
}

const told = (up: Going): Promise<unknown> => {
	up.kill("SIGTERM");
	return up.ended;
};

const GONE_ON = {
	code: 0,
	stderr: expect.stringContaining("Containers go on"),
};

async function settled(
	home: Home,
	id: string,
	meanwhile = async (): Promise<void> => {},
): Promise<RunView> {
	await expect
		.poll(() => meanwhile().then(() => home.json<RunView>("show", id)), {
			interval: 500,
		})
		.toMatchObject({ settled: true });
	return home.json<RunView>("show", id);
}

describeWithEngine("SIGTERM of a server", () => {
	test("while a container runs leaves it, and the next start adopts it with its whole log", async () => {
		const home = await aHome(DOCKER);
		await home.pipeline(
			"p",
			`container("a", { image: "${BASE}", command: ["sh", "-c", "echo up; ${GATE}; echo done; exit 7"] });`,
		);
		const up = await aServer(home);
		const id = await begun(home, "p", /a +running/);
		const before = await containersOf(home);
		expect(await told(up)).toMatchObject(GONE_ON);
		expect(await containersOf(home)).toEqual(before);
		const next = await aServer(home);
		await open(before[0]);
		expect((await settled(home, id)).tasks).toMatchObject([
			{ attempts: [{ exitCode: 7 }] },
		]);
		expect(await home.berth("logs", id, "a")).toMatchObject({
			stdout: "up\ndone\n",
		});
		expect(await containersOf(home)).toEqual([]);
		await told(next);
	});

	test("in the middle of an image's build leaves no image, and the next start builds it", async () => {
		const home = await aHome(DOCKER);
		const mark = randomUUID();
		await home.write(
			"images/slow/Dockerfile",
			`FROM ${BASE}\nRUN ${GATE}; echo ${mark}\nCMD ["true"]\n`,
		);
		await home.pipeline("p", 'container("a", { image: "slow" });');
		const up = await aServer(home);
		const id = await begun(home, "p", /RUN until/);
		expect(await told(up)).toMatchObject(GONE_ON);
		expect(await imagesOf(home)).toEqual([]);
		const next = await aServer(home);
		const { status, tasks } = await settled(home, id, async () => {
			const format = ["--no-trunc", "--format", "{{.ID}} {{.Command}}"];
			const all = (await docker("ps", ...format)).split("\n");
			const ours = all.find((line) => line.includes(mark))?.split(" ")[0];
			if (ours) await open(ours).catch(() => undefined); // that of the first may just be going
		});
		expect(status).toBe("succeeded");
		expect(tasks[0]?.attempts).toHaveLength(1);
		await told(next);
		await docker("rmi", "-f", ...(await imagesOf(home)));
	});

	test("in the middle of a stop with a long grace leaves the container its grace", async () => {
		const home = await aHome(DOCKER);
		await home.pipeline(
			"p",
			`container("a", { image: "${BASE}", command: ["sh", "-c", "trap 'echo asked' TERM; echo up; while :; do sleep 0.1; done"], grace: "1h" });`,
		);
		const up = await aServer(home);
		const id = await begun(home, "p", /a +running/);
		const log = home.start(["logs", "-f", id, "a"]);
		await log.says(/up/);
		const cancel = home.start(["cancel", id]);
		await log.says(/asked/);
		cancel.kill("SIGKILL");
		log.kill("SIGKILL");
		expect(await told(up)).toMatchObject(GONE_ON);
		const [name = ""] = await containersOf(home);
		expect(await stateOf(name)).toBe("running");
		const next = await aServer(home);
		await docker("kill", name);
		expect(await settled(home, id)).toMatchObject({
			status: "cancelled",
			tasks: [{ attempts: [{ ending: "cancelled" }] }],
		});
		expect(await containersOf(home)).toEqual([]);
		await told(next);
	});

	test("in the middle of a publication leaves nothing half, and the next start publishes it", async () => {
		const home = await aHome(DOCKER);
		// Takes seconds to hash, and no room on the disk.
		await home.pipeline(
			"p",
			`container("a", { image: "${BASE}", command: ["sh", "-c", '${GATE}; truncate -s 2G "$BERTH_OUT/one/zeros"'], out: { one: "one" } });`,
		);
		const up = await aServer(home, {
			NODE_OPTIONS: `--import ${KILL_HERE}`,
			CRASH_SEEN: home.at("seen"),
			CRASH_AT: "after commit exited",
			CRASH_SIGNAL: "SIGTERM",
		});
		const id = await begun(home, "p", /a +running/);
		await open((await containersOf(home))[0]);
		expect(await up.ended).toMatchObject(GONE_ON);
		expect(await home.json("artifacts")).toEqual([]);
		expect(await home.json<RunView>("show", id)).toMatchObject({
			tasks: [{ status: "publishing" }],
		});
		const next = await aServer(home);
		const { status, tasks } = await settled(home, id);
		expect(status).toBe("succeeded");
		expect(tasks[0]?.attempts).toHaveLength(1);
		expect(await home.json("artifacts")).toHaveLength(1);
		await told(next);
	});
});

const stateOf = (name: string): Promise<string> =>
	docker("inspect", "-f", "{{.State.Status}}", name);

/** Images that were built from this home's folders. */
async function imagesOf(home: Home): Promise<string[]> {
	const { createHash } = await import("node:crypto");
	const key = createHash("sha256").update(home.at("images")).digest("hex");
	const label = `label=dev.berth.images=${key}`;
	const ids = await docker("images", "-q", "--filter", label);
	return ids.split("\n").filter(Boolean);
}

describe("an engine in trouble", () => {
	const why = whyNoOwnEngine();
	const options = why ? { skip: true, meta: { skippedBecause: why } } : {};

	test(
		"keeps no server from leaving, whether it hangs or is dead",
		options,
		async () => {
			const engine = await startOwnEngine({
				liveRestore: true,
				images: [BASE],
			});
			onTestFinished(() => engine.close());
			await chmod(engine.folder, 0o755);
			const home = await aHome({ ...DOCKER, DOCKER_HOST: engine.host });
			await home.pipeline(
				"p",
				`container("a", { image: "${BASE}", command: ["sleep", "3600"], grace: "1s" });`,
			);
			const up = await aServer(home);
			const id = await begun(home, "p", /a +running/);
			const running = (): Promise<string> => engine.docker("ps", "-q");
			const before = await running();

			engine.freeze();
			expect(await told(up)).toMatchObject(GONE_ON);
			const early = home.start(["up"]);
			// Whether it has heard from the engine or not: it must not need to.
			early.kill("SIGTERM");
			await early.ended;
			const late = home.start(["up"]);
			await late.says(/berth answers at/);
			expect(await told(late)).toMatchObject(GONE_ON);

			engine.resume();
			const again = await aServer(home);
			await engine.kill();
			expect(await told(again)).toMatchObject(GONE_ON);
			await engine.start();
			expect(await running()).toBe(before);
			expect(await home.berth("cancel", id)).toMatchObject({ code: 0 });
			expect(await running()).toBe("");
		},
	);
});
