import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	onTestFinished,
	test,
} from "vitest";
import type { RunId } from "../../../orchestrator/model/words.ts";
import type { Patience } from "../../../orchestrator/runtimes/docker/pulse.ts";
import type { RunDetail } from "../../../orchestrator/store/port.ts";
import { EngineOnDocker } from "../../rig/engine-on-docker.ts";
import {
	type OwnEngine,
	type OwnEngineOptions,
	startOwnEngine,
	whyNoOwnEngine,
} from "../../rig/own-engine.ts";

const IMAGE = "node:24-bookworm-slim";
const why = whyNoOwnEngine();

/** An engine for the tests of one group, which may do with it what they like but leave it up; and a berth on it for each. */
function anEngine(options: OwnEngineOptions = {}) {
	let engine: OwnEngine | undefined;
	beforeAll(async () => {
		engine = await startOwnEngine({ images: [IMAGE], ...options });
	});
	afterAll(() => engine?.close());
	return async (patience?: Patience) => {
		if (!engine) throw new Error("There is no engine.");
		const host = engine.host;
		const berth = new EngineOnDocker(host, patience ? { patience } : {});
		onTestFinished(() => berth.remove());
		return { engine, berth };
	};
}

const taskOf = (run: RunDetail) => {
	const [task] = run.tasks;
	if (!task) throw new Error("The run has no task.");
	return task;
};

const endingsOf = (run: RunDetail) =>
	taskOf(run).attempts.map(({ ending }) => ending?.kind);

/** Of the attempts that have ended so far. */
const endings = async (berth: EngineOnDocker, id: RunId) =>
	endingsOf(await berth.rig.detail(id)).filter(Boolean);

const AGAIN = "The runtime answers again; what waited for it goes on.";

describe.skipIf(why !== null)(
	"an engine that goes away in the middle of a run",
	{ timeout: 300_000, ...(why ? { meta: { skippedBecause: why } } : {}) },
	() => {
		describe("with live-restore", () => {
			const both = anEngine({ liveRestore: true });

			test("and crashes: the container goes on, and its end is told", async () => {
				const { engine, berth } = await both();
				const id = await berth.begin(berth.waiting("train", 7));
				await berth.reaches(id, "train", "running");
				await engine.kill();
				await expect
					.poll(() => berth.rig.troubles)
					.toContainEqual(expect.stringContaining("does not answer"));
				await engine.start();
				await expect.poll(() => berth.rig.troubles).toContain(AGAIN);
				berth.open();
				const run = await berth.rig.settled(id);
				expect(taskOf(run).attempts).toMatchObject([
					{ ending: { kind: "exited", code: 7 } },
				]);
				expect(await berth.wrote(run)).toBe("up\nover\n");
				expect(await berth.containers()).toEqual([]);
			});

			test("and the task ends while it is away: it is not done again", async () => {
				const { engine, berth } = await both();
				const id = await berth.begin(berth.waiting("train", 0));
				await berth.reaches(id, "train", "running");
				await engine.kill();
				berth.open();
				await engine.start();
				const run = await berth.rig.settled(id);
				expect(run.status).toBe("succeeded");
				expect(taskOf(run).attempts).toHaveLength(1);
			});

			test("and forgets how a task ended: that is not taken for an exit with 255", async () => {
				const { engine, berth } = await both();
				const id = await berth.begin(berth.waiting("train", 0));
				await berth.reaches(id, "train", "running");
				const [container = ""] = await berth.containers();
				await engine.kill();
				berth.open();
				await expect
					.poll(() => engine.forget(container).then(() => "forgotten", String))
					.toBe("forgotten");
				await engine.start();
				const run = await berth.rig.settled(id);
				expect(run.status).toBe("succeeded");
				expect(endingsOf(run)).toEqual(["vanished", "exited"]);
			});

			test("and a task that exits with 255 by itself has failed", async () => {
				const { berth } = await both();
				const id = await berth.begin(berth.shell("train", "exit 255"));
				const run = await berth.rig.settled(id);
				expect(taskOf(run).attempts).toMatchObject([
					{ ending: { kind: "exited", code: 255 } },
				]);
			});

			test("and leaves half of a container that somebody removed: that holds nothing up", async () => {
				const { engine, berth } = await both();
				const id = await berth.begin(berth.waiting("train", 0));
				// A container that runs may not have come to its first word.
				await expect
					.poll(async () => berth.wrote(await berth.rig.detail(id)))
					.toBe("up\n");
				const [container = ""] = await berth.containers();
				const part = join(engine.data, "containers", container, "hosts");
				execFileSync("chattr", ["+i", part]);
				await expect(engine.docker("rm", "-f", container)).rejects.toThrow();
				await expect.poll(() => endings(berth, id)).toEqual(["vanished"]);
				execFileSync("chattr", ["-i", part]);
				berth.open();
				const run = await berth.rig.settled(id);
				expect(endingsOf(run)).toEqual(["vanished", "exited"]);
				expect(await berth.wrote(run)).toBe("up\n");
				expect(await berth.containers()).toEqual([]);
			});

			test("and hangs: that is noticed, and nothing is done twice when it goes on", async () => {
				// A busy machine takes its time to start; only who hangs is to be noticed soon.
				let answerMs = 30_000;
				const patience = {
					quietMs: 500,
					get answerMs() {
						return answerMs;
					},
				};
				const { engine, berth } = await both(patience);
				const id = await berth.begin(berth.waiting("train", 0));
				await berth.reaches(id, "train", "running");
				answerMs = 1_000;
				engine.freeze();
				await expect
					.poll(() => berth.rig.troubles)
					.toContainEqual(expect.stringContaining("was silent for 1 s"));
				answerMs = 30_000;
				engine.resume();
				berth.open();
				const run = await berth.rig.settled(id);
				expect(run.status).toBe("succeeded");
				expect(taskOf(run).attempts).toHaveLength(1);
				expect(await berth.wrote(run)).toBe("up\nover\n");
				expect(berth.rig.troubles).toContain(AGAIN);
			});
		});

		describe("without live-restore", () => {
			const both = anEngine();

			test.each([
				["crashes", (engine: OwnEngine) => engine.kill()],
				["is stopped", (engine: OwnEngine) => engine.stop()],
			])(
				"and %s: what it took with it is lost, which is no failure of the task's",
				async (_, end) => {
					const { engine, berth } = await both();
					const id = await berth.begin(berth.waiting("train", 0));
					await berth.reaches(id, "train", "running");
					await end(engine);
					await engine.start();
					await expect
						.poll(() => berth.rig.badEnds)
						.toEqual([
							expect.stringMatching(
								/ended from outside.*does not use up a retry\. Next attempt at .* \(1 of 8\)/,
							),
						]);
					berth.open();
					const run = await berth.rig.settled(id);
					expect(run.status).toBe("succeeded");
					expect(endingsOf(run)).toEqual(["vanished", "exited"]);
					expect(await berth.containers()).toEqual([]);
				},
			);

			test("and is not there yet: it is waited for, told once, and so is that it came", async () => {
				const { engine, berth } = await both();
				await engine.stop();
				const id = await berth.begin(
					berth.shell("one", "exit 0"),
					berth.shell("two", "exit 0"),
				);
				await expect
					.poll(() => berth.rig.troubles)
					.toEqual([expect.stringMatching(/no Docker engine/i)]);
				await engine.start();
				const run = await berth.rig.settled(id);
				expect(run.status).toBe("succeeded");
				expect(berth.rig.troubles.at(-1)).toBe(AGAIN);
				expect(run.tasks.map(({ attempts }) => attempts.length)).toEqual([
					1, 1,
				]);
			});
		});

		describe("on a full disk", () => {
			const both = anEngine({ diskMegabytes: 1_000 });

			test("loses the attempt, says so, and goes on when there is room", async () => {
				const { engine, berth } = await both();
				const first = await berth.begin(berth.shell("first", "exit 0"));
				await berth.rig.settled(first);
				const filler = fill(engine);
				const id = await berth.begin(berth.shell("train", "exit 0"));
				await expect
					.poll(() => berth.rig.badEnds)
					.toContainEqual(
						expect.stringMatching(
							/the engine's disk is full\. Free some .* does not use up a retry/,
						),
					);
				rmSync(filler);
				const run = await berth.rig.settled(id);
				expect(run.status).toBe("succeeded");
				const endings = endingsOf(run);
				expect(new Set(endings)).toEqual(new Set(["refused", "exited"]));
				expect(endings.at(-1)).toBe("exited");
				expect(await berth.containers()).toEqual([]);
			});

			test("is waited for when berth starts", async () => {
				const { engine, berth } = await both();
				const filler = fill(engine);
				const id = await berth.begin(berth.shell("train", "exit 0"));
				await expect
					.poll(() => berth.rig.troubles)
					.toContainEqual(
						expect.stringMatching(/is in trouble \(.*no space left on device/),
					);
				rmSync(filler);
				const run = await berth.rig.settled(id);
				expect(run.status).toBe("succeeded");
				expect(taskOf(run).attempts).toHaveLength(1);
			});
		});
	},
);

/** Until nothing more goes onto its disk. */
function fill(engine: OwnEngine): string {
	const filler = join(engine.data, "filler");
	try {
		execFileSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=64k"], {
			stdio: "ignore",
		});
	} catch {} // it ends because the disk is full
	return filler;
}
