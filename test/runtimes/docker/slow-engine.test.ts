import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PATIENCE } from "../../../orchestrator/runtimes/docker/pulse.ts";
import {
	type FirstStart,
	RuntimeUnreachable,
} from "../../../orchestrator/runtimes/port.ts";
import { describeWithEngine } from "../../rig/engine.ts";
import { bytesOf, patience, readAll } from "../contract-rig.ts";
import {
	containersOf,
	type DockerRig,
	docker,
	dockerRig,
	untilAnswered,
} from "./docker-rig.ts";
import { SlowEngine } from "./slow-engine.ts";

const WAITING =
	"echo up; while [ ! -e /out/hand/go ]; do sleep 0.02; done; echo over; exit 9";

test("an engine that takes half a minute for each answer is slow, not silent", () => {
	expect(PATIENCE.answerMs).toBeGreaterThan(2 * 30_000);
});

/** Ask, and once this has happened let the time be over that an answer may take. */
async function askedInVain(
	ask: () => Promise<unknown>,
	until: () => Promise<unknown>,
): Promise<void> {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	try {
		const asked = expect(ask()).rejects.toThrow(RuntimeUnreachable);
		await until();
		vi.advanceTimersByTime(PATIENCE.answerMs);
		await asked;
	} finally {
		vi.useRealTimers();
	}
}

/** What outlives the container, kept in memory. */
function remembering(): FirstStart {
	let wasAsked = false;
	return {
		get wasAsked() {
			return wasAsked;
		},
		ask: async () => {
			wasAsked = true;
		},
	};
}

describeWithEngine("an engine that is slow", () => {
	let engine: SlowEngine;
	let rig: DockerRig;
	const begin = async (patience = PATIENCE) => {
		rig = await dockerRig(engine.env, patience);
	};
	beforeEach(async () => {
		engine = await SlowEngine.open();
	});
	afterEach(async () => {
		await rig?.close();
		await engine.close();
	});

	test("does the same work", async () => {
		await begin({ ...PATIENCE, quietMs: 300 });
		engine.delayMs = 500;
		const job = rig.shell("echo up; exit 9");
		expect(await rig.runtime.launch(job, patience)).toMatchObject({
			kind: "started",
		});
		expect(await rig.runtime.wait(job.name, patience)).toMatchObject({
			code: 9,
		});
		const frames = await readAll(rig.runtime, job.name);
		expect(String(bytesOf(frames, "stdout"))).toBe("up\n");
		await rig.runtime.remove(job.name);
		expect(await containersOf(rig.instance)).toEqual([]);
	});

	describe("and answers too late", () => {
		test.each([
			["create", /create$/],
			["start", /start$/],
			["inspect", /json$/],
		])(
			"to %s, has its container adopted: one is made, and started once",
			async (_, which) => {
				await begin();
				const job = rig.shell(WAITING);
				const first = remembering();
				const held = engine.hold(which);
				const launch = () => rig.runtime.launch(job, patience, first);
				await askedInVain(launch, () => held);
				engine.release();
				expect(await launch()).toMatchObject({ kind: "started" });
				await writeFile(rig.hand(job, "go"), "");
				expect(await rig.runtime.wait(job.name, patience)).toMatchObject({
					code: 9,
				});
				const frames = await readAll(rig.runtime, job.name);
				expect(String(bytesOf(frames, "stdout"))).toBe("up\nover\n");
				expect(await containersOf(rig.instance)).toEqual([job.name]);
				expect(engine.count(/start$/)).toBe(1);
			},
		);

		test("to remove, is asked again, and what is gone is gone", async () => {
			await begin();
			const job = rig.shell("true");
			await rig.runtime.launch(job, patience);
			await rig.runtime.wait(job.name, patience);
			const held = engine.hold(/^DELETE/);
			const remove = () => rig.runtime.remove(job.name);
			await askedInVain(remove, () => held);
			engine.release();
			await remove();
			expect(await containersOf(rig.instance)).toEqual([]);
		});
	});

	describe("and takes up a start only after nobody waits for it any more", () => {
		/** A container whose start was asked for in vain, and lies with the engine. */
		const lateStart = async () => {
			await begin();
			const job = rig.shell(`echo x >> /out/hand/ledger; ${WAITING}`);
			const first = remembering();
			const kept = engine.keep(/start$/);
			const launch = () => rig.runtime.launch(job, patience, first);
			await askedInVain(launch, () =>
				expect.poll(() => engine.count(/start$/)).toBe(1),
			);
			expect(await readState(job.name)).toBe("created");
			return { job, again: launch, kept };
		};
		const readState = (name: string) =>
			docker("inspect", "-f", "{{.State.Status}}", name);

		test("finds nothing to start: the container was removed, and its attempt is lost", async () => {
			const { job, again, kept } = await lateStart();
			expect(await again()).toMatchObject({
				kind: "refused",
				lost: true,
				message: expect.stringContaining("lest it be started late"),
			});
			kept.handOn();
			await expect
				.poll(() => engine.answered)
				.toContain(`404 POST /containers/${job.name}/start`);
			expect(await again()).toMatchObject({
				kind: "refused",
				lost: true,
				message: expect.stringContaining("is gone"),
			});
			expect(await containersOf(rig.instance)).toEqual([]);
			expect(engine.count(/start$/)).toBe(1);
			expect(existsSync(rig.hand(job, "ledger"))).toBe(false);
		});

		test("is adopted when that was just before its container would be removed", async () => {
			const { job, again, kept } = await lateStart();
			const removal = engine.keep(/^DELETE/);
			const adopting = again();
			await expect.poll(() => [...engine.open].join()).toContain("DELETE");
			kept.handOn();
			await expect.poll(() => readState(job.name)).toBe("running");
			removal.handOn();
			expect(await adopting).toMatchObject({ kind: "started" });
			await writeFile(rig.hand(job, "go"), "");
			expect(await rig.runtime.wait(job.name, patience)).toMatchObject({
				code: 9,
			});
			expect(engine.count(/start$/)).toBe(1);
		});
	});

	test("and not done with preparing the start when that is not wanted any more does not start", async () => {
		await begin();
		const job = rig.shell(WAITING);
		const kept = engine.keep(/wait$/);
		const abort = new AbortController();
		const first = remembering();
		const launch = rig.runtime.launch(job, abort.signal, first);
		const ended = expect(launch).rejects.toThrow("Cancelled.");
		await expect.poll(() => engine.count(/wait$/)).toBe(1);
		abort.abort(new Error("Cancelled."));
		kept.handOn();
		await ended;
		expect(engine.count(/start$/)).toBe(0);
		expect(first.wasAsked).toBe(false);
	});

	test("to tell of an end after which somebody restarted the container, has its last end waited for", async () => {
		await begin();
		const job = rig.shell(WAITING);
		await rig.runtime.launch(job, patience);
		const kept = engine.keep(/json$/);
		const wait = rig.runtime.wait(job.name, patience);
		await docker("restart", "-t", "0", job.name);
		await expect.poll(() => [...engine.open].join()).toContain("json");
		kept.handOn();
		await expect
			.poll(() => [...engine.open].join())
			.toContain(`${job.name}/wait`);
		await writeFile(rig.hand(job, "go"), "");
		expect(await wait).toMatchObject({ kind: "exited", code: 9 });
	});

	describe("and hangs", () => {
		test("ends whoever waits for a task, and answers them when it is back", async () => {
			await begin({ answerMs: 1_000, quietMs: 200 });
			const job = rig.shell(WAITING);
			await untilAnswered(() => rig.runtime.launch(job, patience));
			const wait = rig.runtime.wait(job.name, patience);
			void engine.hold(/./);
			await expect(wait).rejects.toThrow(/does not answer .*silent for 1 s/);
			engine.release();
			const again = untilAnswered(() => rig.runtime.wait(job.name, patience));
			await writeFile(rig.hand(job, "go"), "");
			expect(await again).toMatchObject({ code: 9 });
		});

		test("ends whoever reads a log", async () => {
			await begin({ answerMs: 1_000, quietMs: 200 });
			const job = rig.shell(WAITING);
			await untilAnswered(() => rig.runtime.launch(job, patience));
			const reading = readAll(rig.runtime, job.name);
			void engine.hold(/./);
			await expect(reading).rejects.toThrow(RuntimeUnreachable);
			engine.release();
			await untilAnswered(() => rig.runtime.stop(job.name, 0));
		});

		test("a task that says nothing for long is not taken for that: one ping for all who wait", async () => {
			await begin({ ...PATIENCE, quietMs: 200 });
			const jobs = [rig.shell(WAITING), rig.shell(WAITING)];
			for (const job of jobs) await rig.runtime.launch(job, patience);
			const waits = jobs.map((job) => rig.runtime.wait(job.name, patience));
			const pings = (): number => engine.count(/_ping/);
			const [before, begun] = [pings(), performance.now()];
			await expect.poll(pings).toBeGreaterThan(before + 3);
			const most = (performance.now() - begun) / 200 + 1;
			expect(pings() - before).toBeLessThanOrEqual(most);
			for (const job of jobs) await writeFile(rig.hand(job, "go"), "");
			for (const wait of waits) expect(await wait).toMatchObject({ code: 9 });
			await rig.runtime.list(); // what was under way has come by then
			const after = pings();
			await rig.runtime.list();
			expect(pings()).toBe(after);
		});
	});
});
