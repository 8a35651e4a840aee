import { channel } from "node:diagnostics_channel";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Clock, systemClock } from "../../../orchestrator/engine/clock.ts";
import type {
	DataPath,
	Instant,
	RunId,
} from "../../../orchestrator/model/words.ts";
import type { RunDetail } from "../../../orchestrator/store/port.ts";
import { describeWithEngine } from "../../rig/engine.ts";
import { EngineOnDocker } from "../../rig/engine-on-docker.ts";
import { docker } from "./docker-rig.ts";
import { FakeRegistry } from "./fake-registry.ts";
import { SlowEngine } from "./slow-engine.ts";

let engine: SlowEngine;
let berth: EngineOnDocker;
beforeEach(async () => {
	engine = await SlowEngine.open();
	berth = new EngineOnDocker(hostOf(engine));
	await berth.ready();
});
afterEach(async () => {
	engine.release();
	await berth.remove();
	await engine.close();
});

const hostOf = ({ env }: SlowEngine): string => env.DOCKER_HOST ?? "";

/** The run once nothing of it is left: not a container, and no staging folder but of attempts that failed. */
async function settled(id: RunId, kept = 0): Promise<RunDetail> {
	const run = await berth.rig.settled(id);
	expect(await berth.containers()).toEqual([]);
	expect(berth.staged()).toHaveLength(kept);
	return run;
}

const HOUR_MS = 3_600_000;

const attemptsOf = (run: RunDetail) =>
	run.tasks.map(({ attempts }) => attempts.map(({ ending }) => ending?.kind));

describeWithEngine("a run that is cancelled", () => {
	test("while an image is pulled lets go of the pull", async () => {
		const registry = await FakeRegistry.open("amd64");
		try {
			registry.isStuck = true;
			const image = { work: { image: registry.image } };
			const id = await berth.begin(berth.shell("train", "exit 0", image));
			await expect
				.poll(() => registry.asked)
				.toContainEqual(expect.stringContaining("/blobs/"));
			expect(engine.open).toContain("POST /images/create");
			berth.cancel(id);
			const run = await settled(id);
			expect(run.status).toBe("cancelled");
			expect(engine.count(/images.create/)).toBe(1);
			await expect.poll(() => engine.open).not.toContain("POST /images/create");
			expect(await docker("images", "-q", registry.image)).toBe("");
		} finally {
			registry.close();
		}
	});

	test.each([
		["made", /create$/, 0],
		["started", /start$/, 1],
	])(
		"while its container is being %s leaves none",
		async (_, which, starts) => {
			const held = engine.hold(which);
			const id = await berth.begin(berth.waiting("train"));
			await held;
			berth.cancel(id);
			await berth.reaches(id, "train", "stopping");
			engine.release();
			const run = await settled(id);
			expect(run.status).toBe("cancelled");
			expect(attemptsOf(run)).toEqual([["cancelled"]]);
			expect(engine.count(/start$/)).toBe(starts);
		},
	);

	test("while its container is being made is not started by the next berth either", async () => {
		const held = engine.hold(/create$/);
		const id = await berth.begin(berth.waiting("train"));
		await held;
		berth.cancel(id);
		await berth.reaches(id, "train", "stopping");
		await berth.leave();
		engine.release();
		berth = new EngineOnDocker(hostOf(engine), { data: berth.data });
		await berth.rig.engine.start();
		const run = await settled(id);
		expect(run.status).toBe("cancelled");
		expect(engine.count(/start$/)).toBe(0);
	});

	test("while a task runs that will not go is killed after its grace, and its whole log is kept", async () => {
		const count = "echo $((i+=1))";
		const deaf = `trap 'echo no; for n in 1 2 3 4 5 6 7 8 9 10 11; do ${count}; done' TERM; echo up; i=0; while :; do ${count}; sleep 0.02; done`;
		const id = await berth.begin(
			berth.shell("train", deaf, { work: { graceMs: 2_000 } }),
			berth.shell("after", "exit 0", { after: ["train"] }),
		);
		await berth.reaches(id, "train", "running");
		await expect
			.poll(async () => berth.wrote(await berth.rig.detail(id)))
			.toContain("up\n1\n");
		berth.cancel(id);
		const run = await settled(id);
		expect(run.status).toBe("cancelled");
		expect(attemptsOf(run)).toEqual([["cancelled"], []]);
		const lines = (await berth.wrote(run)).trimEnd().split("\n");
		expect(lines.filter((line) => line === "no")).toHaveLength(1);
		const counted = lines.filter((line) => /^\d+$/.test(line)).map(Number);
		expect(counted).toEqual(counted.map((_, i) => i + 1));
		expect(lines.indexOf("no")).toBeLessThan(lines.length - 10);
	});

	test("while a task publishes lets that finish, whole, and cancels what follows", async () => {
		const boundaries = channel("berth:boundary");
		const cancelNow = () => berth.cancel(id);
		const out = { model: "models/model" as DataPath };
		const script = "echo 1 > $BERTH_OUT/model/a; echo 2 > $BERTH_OUT/model/b";
		let id = "" as RunId;
		const published = new Promise<void>((resolve) => {
			boundaries.subscribe(function heard(name) {
				if (name !== "before write receipt") return;
				boundaries.unsubscribe(heard);
				cancelNow();
				resolve();
			});
		});
		id = await berth.begin(
			berth.shell("train", script, { work: { out } }),
			berth.shell("after", "exit 0", { after: ["train"] }),
		);
		await published;
		const run = await settled(id);
		expect(run.status).toBe("cancelled");
		expect(run.tasks.map(({ state }) => state.status)).toEqual([
			"succeeded",
			"cancelled",
		]);
		const model = join(berth.data, "models/model");
		expect(readdirSync(model).sort()).toEqual(["a", "b"]);
	});
});

describeWithEngine("a time-out", () => {
	/** A clock that is ahead of the engine's, or behind it. */
	const ahead = (ms: number): Clock => ({
		now: () => (systemClock.now() + ms) as Instant,
		sleepUntil: (at, signal) =>
			systemClock.sleepUntil((at - ms) as Instant, signal),
	});

	test("counts from the engine's own start time, also across a berth that was away", async () => {
		const timeoutMs = 2_000;
		await berth.leave();
		const { data } = berth;
		const clock = ahead(-HOUR_MS); // it goes before the time is over, however slow it is
		berth = new EngineOnDocker(hostOf(engine), { data, clock });
		const id = await berth.begin(berth.waiting("train", 0, { timeoutMs }));
		await berth.reaches(id, "train", "running");
		await berth.leave();
		const started = Date.parse(await stateOf("StartedAt"));
		await expect.poll(() => Date.now() - started).toBeGreaterThan(timeoutMs);
		expect(await stateOf("Running")).toBe("true");
		berth = new EngineOnDocker(hostOf(engine), { data });
		await berth.rig.engine.start();
		const run = await settled(id, 1);
		expect(attemptsOf(run)).toEqual([["timed-out"]]);
		expect(berth.rig.badEnds).toEqual([
			expect.stringMatching(/longer than its time-out of 2 s .* no retries/),
		]);
	});

	test("does not concern what ended in time, however late berth hears of it", async () => {
		const timeoutMs = 600_000;
		const id = await berth.begin(berth.waiting("train", 0, { timeoutMs }));
		await berth.reaches(id, "train", "running");
		await berth.leave();
		berth.open();
		await expect.poll(() => stateOf("Running")).toBe("false");
		const { data } = berth;
		const clock = ahead(HOUR_MS);
		berth = new EngineOnDocker(hostOf(engine), { data, clock });
		await berth.rig.engine.start();
		const run = await settled(id);
		expect(run.status).toBe("succeeded");
	});

	/** Of the only container. */
	async function stateOf(what: string): Promise<string> {
		const [id = ""] = await berth.containers();
		return docker("inspect", "-f", `{{.State.${what}}}`, id);
	}
});
