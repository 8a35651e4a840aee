import { afterEach, beforeEach, expect, test } from "vitest";
import { FileArtifacts } from "../../../orchestrator/artifacts/file-artifacts.ts";
import { systemClock } from "../../../orchestrator/engine/clock.ts";
import { sweep } from "../../../orchestrator/engine/sweeper.ts";
import type { Instant } from "../../../orchestrator/model/words.ts";
import { LABEL } from "../../../orchestrator/runtimes/docker/labels.ts";
import { FakePublications } from "../../artifacts/fake-publications.ts";
import { describeWithEngine } from "../../rig/engine.ts";
import { noLogs } from "../../rig/nowhere.ts";
import { exit, forever, patience, print } from "../contract-rig.ts";
import {
	containersOf,
	type DockerRig,
	docker,
	dockerRig,
	removeStrewn,
	strew,
	strewn,
} from "./docker-rig.ts";

describeWithEngine("the sweeper on an engine that others use too", () => {
	let mine: DockerRig;
	let others: DockerRig;
	let news: string[];

	beforeEach(async () => {
		[mine, others] = await Promise.all([dockerRig(), dockerRig()]);
		news = [];
	});
	afterEach(async () => {
		for (const name of NAMES) await removeStrewn(`${mine.instance}-${name}`);
		await Promise.all([mine.close(), others.close()]);
	});

	/** As a berth that knows of no run. Two hours from now, so that nothing is too fresh. */
	const sweepMine = () =>
		sweep({
			runtime: mine.runtime,
			artifacts: new FileArtifacts({
				data: mine.data,
				publications: new FakePublications(),
				user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
			}),
			logs: noLogs,
			keepLogsMs: Number.POSITIVE_INFINITY,
			active: async () => [],
			instance: mine.instance,
			now: () => (systemClock.now() + 7_200_000) as Instant,
			onSwept: (text) => news.push(text),
			onTrouble: (text) => news.push(text),
		});

	test("removes what runs, has ended or was never started, and whatever else it finds of its own", async () => {
		const { runtime } = mine;
		const running = mine.job([print("up\n"), forever]);
		await runtime.launch(running, patience);
		const over = mine.job([exit(0)]);
		await runtime.launch(over, patience);
		await runtime.wait(over.name, patience);
		const ahead = mine.job([]);
		const label = (key: string, value: string) => [
			"--label",
			`${key}=${value}`,
		];
		await docker(
			"create",
			"--name",
			ahead.name,
			...label(LABEL.instance, mine.instance),
			...label(LABEL.data, mine.data),
			...label(LABEL.attempt, ahead.attempt),
			mine.image.id,
		);
		const strays = await mine.strew();
		await sweepMine();
		expect(await containersOf(mine.instance)).toEqual([]);
		expect(await strewn(mine.instance)).toEqual([]);
		for (const name of [running.name, over.name, ahead.name, ...strays])
			expect(news).toContainEqual(expect.stringContaining(`${name}`));
		expect(news).toHaveLength(6);
	});

	test("never touches another instance's, a copy's of its own instance, or anybody else's", async () => {
		const job = others.job([print("up\n"), forever]);
		await others.runtime.launch(job, patience);
		await others.strew();
		const at = (name: string) => `${mine.instance}-${name}`;
		await strew(at("copy"), {
			[LABEL.instance]: mine.instance,
			[LABEL.data]: `${mine.data}-elsewhere`,
		});
		await strew(at("half"), { [LABEL.instance]: mine.instance });
		await strew(at("place"), { [LABEL.data]: mine.data });
		await strew(at("nobody"), {});
		await sweepMine();
		expect(news).toEqual([]);
		expect(await others.runtime.list()).toMatchObject([{ running: true }]);
		expect(await strewn(others.instance)).toHaveLength(3);
		for (const name of NAMES) expect(await strewn(at(name))).toHaveLength(3);
	});

	test("tells what the engine will not remove, and goes on", async () => {
		await mine.strew();
		const [container, network, volume] = await strewn(mine.instance);
		const label = (key: string, value: string) => [
			"--label",
			`${key}=${value}`,
		];
		const user = `berth-test-${mine.instance}-nobody-container`;
		await docker(
			...["create", "--name", user, ...label("a", "b")],
			...["-v", `${volume}:/v`, mine.image.id],
		);
		await sweepMine();
		expect(await strewn(mine.instance)).toEqual([user, volume]);
		expect(news).toEqual([
			expect.stringContaining(`Removed the container ${container}`),
			expect.stringContaining(`Removed the network ${network}`),
			expect.stringMatching(
				`Could not remove the volume ${volume}.*volume is in use`,
			),
		]);
		await docker("rm", user);
	});
});

/** What the second test strews under. */
const NAMES = ["copy", "half", "place", "nobody"];
