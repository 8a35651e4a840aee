import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	afterEach,
	beforeEach,
	describe,
	expect,
	onTestFinished,
	test,
} from "vitest";
import { restoreRun, type StoredRun } from "../../orchestrator/model/begin.ts";
import type { TaskState } from "../../orchestrator/model/task-state.ts";
import type { RunId } from "../../orchestrator/model/words.ts";
import {
	chooseRuntime,
	OtherRuntime,
	type RuntimeWish,
} from "../../orchestrator/runtimes/choose.ts";
import {
	rememberRuntime,
	runtimeInUse,
} from "../../orchestrator/runtimes/runtime-in-use.ts";
import { describeWithEngine } from "../rig/engine.ts";
import { aPlan, aPrepared, aTask, instant, named } from "../rig/plans.ts";

const wish = (
	runtime: RuntimeWish["runtime"],
	env: NodeJS.ProcessEnv = { DOCKER_HOST: "unix:///no/such/docker.sock" },
): RuntimeWish => ({
	runtime,
	env,
	data: "/nowhere",
	images: "/nowhere",
	instance: "aaaaaaaaaa",
	onPlace: () => undefined,
});

describe("where no engine answers", () => {
	test("local is chosen, unless docker is asked for, which is waited for", async () => {
		const { runtime, because } = await chooseRuntime(wish("auto"));
		expect(runtime.kind).toBe("local");
		expect(because).toMatch(/no Docker engine .* no wall around them/);
		const asked = await chooseRuntime(wish("docker"));
		expect(asked.runtime.kind).toBe("docker");
		expect(asked.because).toMatch(/Waiting for it\.$/);
	});

	test("docker is waited for while attempts are its own, so that they are found and not done twice", async () => {
		const { runtime, because } = await chooseRuntime(wish("auto"), "docker");
		expect(runtime.kind).toBe("docker");
		expect(because).toMatch(/no Docker engine .* Waiting for it\.$/);
	});
});

test("an engine that is only starting is waited for: the wall is not left out for that", async () => {
	const server = createServer((_, answer) => answer.writeHead(503).end());
	onTestFinished(() => void server.close());
	await once(server.listen(0, "127.0.0.1"), "listening");
	const { port } = server.address() as AddressInfo;
	const env = { DOCKER_HOST: `tcp://127.0.0.1:${port}` };
	const { runtime, because } = await chooseRuntime(wish("auto", env));
	expect(runtime.kind).toBe("docker");
	expect(because).toMatch(/answered 503.* Waiting for it\.$/);
});

describeWithEngine("where an engine answers", () => {
	test("docker is chosen, but local goes on with what it began", async () => {
		const chosen = await chooseRuntime(wish("auto", process.env));
		expect(chosen.runtime.kind).toBe("docker");
		const left = await chooseRuntime(wish("auto", process.env), "local");
		expect(left.runtime.kind).toBe("local");
		expect(left.because).toContain("Runs that are not over began with it");
	});
});

test.each([
	["local", "docker"],
	["docker", "local"],
] as const)(
	"to ask for %s while attempts are %s's is refused with what to do",
	async (asked, inUse) => {
		const choosing = chooseRuntime(wish(asked), inUse);
		await expect(choosing).rejects.toThrow(OtherRuntime);
		await expect(choosing).rejects.toThrow(`BERTH_RUNTIME=${inUse} `);
	},
);

describe("the runtime that is in use", () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "berth-in-use-"));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const live = { attempt: 1, tally: { failed: 0, lost: 0 } };
	const since = instant(1);
	const prepared = aPrepared();
	const aRun = (state: TaskState, owed: StoredRun["owed"] = []) =>
		restoreRun({
			id: "p@2026-11-20~1" as RunId,
			plan: aPlan(aTask("a"), aTask("b")),
			begun: since,
			cancelled: null,
			tasks: [[named("a"), state]],
			owed,
		});

	test.each<TaskState>([
		{ status: "preparing", ...live, since, prepared, note: null },
		{ status: "starting", ...live, since, prepared },
		{ status: "running", ...live, since, prepared },
		{ status: "publishing", ...live, since, prepared },
		{
			status: "stopping",
			...live,
			since,
			prepared,
			because: "cancelled",
			started: null,
		},
	])("is the last one while a task is $status", (state) => {
		rememberRuntime(folder, "local");
		rememberRuntime(folder, "docker");
		expect(runtimeInUse(folder, [aRun(state)])).toBe("docker");
	});

	test("is the last one while a container is still to be released", () => {
		rememberRuntime(folder, "local");
		const run = aRun({ status: "cancelled", at: since }, [
			[named("a"), [{ attempt: 1, keep: false }]],
		]);
		expect(runtimeInUse(folder, [run])).toBe("local");
	});

	test("is none while nothing is in the world, or nothing was remembered", () => {
		const running = aRun({ status: "running", ...live, since, prepared });
		expect(runtimeInUse(folder, [running])).toBeNull();
		rememberRuntime(folder, "docker");
		expect(runtimeInUse(folder, [])).toBeNull();
		expect(runtimeInUse(folder, [aRun({ status: "waiting" })])).toBeNull();
	});
});
