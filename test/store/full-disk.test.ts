import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { RunView } from "../../orchestrator/api/views.ts";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import { Projector } from "../../orchestrator/engine/projector.ts";
import type { DataPath } from "../../orchestrator/model/words.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { aHome } from "../rig/berth-process.ts";
import { toOpen } from "../rig/container-gate.ts";
import { describeWithEngine } from "../rig/engine.ts";
import { EngineRig } from "../rig/engine-rig.ts";
import { HandClock } from "../rig/hand-clock.ts";
import { aPlan, aTask } from "../rig/plans.ts";
import { Puppet } from "../rig/puppet.ts";
import { aSmallDisk, whyNoDisk } from "../rig/storage.ts";
import {
	aFolder,
	aNewRun,
	anOutput,
	aStore,
	at,
	attempt,
	aValue,
	begun,
	hash,
	path,
	StoredRun,
} from "./a-store.ts";

const reason = whyNoDisk();
const takesADisk =
	reason === null ? {} : { skip: true, meta: { skippedBecause: reason } };

const LINES = 12;
/** Lines of a thousand digits: what is left of a file's last page on the disk does not hold them. */
const PRINT = `for i in $(seq ${LINES}); do printf "%01000d line\\n" $i; printf "%01000d error\\n" $i >&2; until [ $i -ne 4 -o -e /tmp/go ]; do sleep 0.1; done; done`;

describe("on a disk that is full to the last byte", takesADisk, () => {
	test("a task waits for room for its folders and its receipt, and is tried once", async () => {
		const disk = aSmallDisk(4 * 2 ** 20);
		const puppet = new Puppet();
		const store = openStore(join(aFolder(), "berth.db"));
		const rig = new EngineRig(puppet, { data: disk.path, store });
		const says = (pattern: RegExp) =>
			expect.poll(() => rig.troubles.join("\n")).toMatch(pattern);
		disk.fill();
		const out = { it: "it" as DataPath };
		const id = await rig.begin(aPlan(aTask("a", { work: { out } })));
		await says(
			/The disk is in the way: ENOSPC.* Waiting for it to start task "a"/,
		);
		expect(puppet.launched).toEqual([]);
		disk.empty();
		const task = await puppet.next("a");
		task.write("/out/it/x.txt", "x");
		disk.fill();
		task.exit(0);
		await says(
			/The disk is in the way: ENOSPC.* Waiting for it to publish task "a"/,
		);
		expect(await store.published("")).toEqual([]);
		disk.empty();
		const run = await rig.settled(id);
		expect(run.status).toBe("succeeded");
		expect(run.tasks[0]?.attempts).toHaveLength(1);
		expect(await readFile(join(disk.path, "it/x.txt"), "utf8")).toBe("x");
		expect(puppet.complaints).toEqual([]);
		await rig.close();
	});

	test("inputs are hashed as ever, and what could not be remembered is hashed again", async () => {
		const disk = aSmallDisk(4 * 2 ** 20);
		const store = openStore(join(disk.path, "berth.db"));
		onTestFinished(() => store.close());
		const now = () => Date.now() + 3_600_000;
		const artifacts = new FileArtifacts({
			data: disk.path,
			publications: store,
			hashes: store,
			user: { uid: 0, gid: 0 },
			now,
		});
		const { signal } = new AbortController();
		const names = Array.from({ length: 60 }, (_, n) => path(`in/${n}`));
		await mkdir(join(disk.path, "in"));
		for (const name of names) await writeFile(join(disk.path, name), name);
		const source = await artifacts.source(path("in"));
		if (source.kind === "problem") throw new Error(source.message);
		const remembered = async () => (await store.knownHashes(names)).length;
		disk.fill();
		const hash = await artifacts.contentsOf(source, signal);
		expect(hash).toMatch(/^[0-9a-f]{64}$/);
		expect(await remembered()).toBe(0);
		disk.empty();
		expect(await artifacts.contentsOf(source, signal)).toBe(hash);
		expect(await remembered()).toBe(60);
	});

	test("a publication is brought to its path once there is room", async () => {
		const disk = aSmallDisk(4 * 2 ** 20);
		const store = aStore();
		const clock = new HandClock(at(0));
		const data = disk.path;
		const user = { uid: 0, gid: 0 };
		const troubles: string[] = [];
		let trials = 0;
		const projector = new Projector({
			store,
			artifacts: new FileArtifacts({ data, publications: store, user }),
			clock,
			onTrouble: (text) => troubles.push(text),
			onProjected: () => void trials++,
		});
		const a = attempt("a", 1, 3_000);
		const run = await StoredRun.create(store, aNewRun("p@1", [aTask("a")]));
		await run.turn(begun, a.scheduled, a.prepared, a.admitted, a.started);
		const value = aValue(anOutput("far/away/it", hash("a")));
		await run.turn(a.exited(0), a.published(value));
		disk.fill();
		await projector.project();
		expect(troubles).toEqual([
			expect.stringMatching(/"far\/away\/it" is published, but cannot.*ENOSPC/),
		]);
		expect(projector.problems).toHaveLength(1);
		void clock.moveTo(await clock.asleep());
		await expect.poll(() => trials).toBe(2);
		expect(troubles).toHaveLength(1);
		disk.empty();
		void clock.moveTo(await clock.asleep());
		await expect.poll(() => projector.problems).toEqual([]);
		expect(await store.unprojected()).toEqual([]);
		projector.close();
	});

	describeWithEngine("with a container at work", () => {
		test("nothing is launched, the container goes on, and once there is room all goes on with one container for each attempt", async () => {
			const disk = aSmallDisk(16 * 2 ** 20);
			const data = join(disk.path, "data");
			const home = await aHome({ BERTH_RUNTIME: "docker", BERTH_DATA: data });
			await home.pipeline(
				"p",
				`const a = container("a", { image: "node:24-bookworm-slim", command: ["sh", "-c", ${JSON.stringify(PRINT)}] });
	container("b", { image: "node:24-bookworm-slim", command: ["true"], after: [a] });`,
			);
			const up = home.start(["up"]);
			const [, address] = await up.says(/berth answers at (http:[\w.:/]+\d)/);
			const health = async () => (await fetch(`${address}/health`)).status;
			const run = home.start(["run", "p"]);
			await run.says(/a +running/);
			expect(await health()).toBe(200);
			disk.fill();
			const instance = await readFile(join(data, ".berth/instance"), "utf8");
			const ours = `name=berth-${instance.trim()}`;
			const ps = (...more: string[]) =>
				execFileSync("docker", ["ps", "-a", "--filter", ours, ...more]);
			const container = String(ps("-q")).trim();
			execFileSync("docker", toOpen(container));

			await up.says(/The log of berth-\S+ cannot be stored.*ENOSPC/);
			await up.says(
				/The database .*berth\.db cannot be written, because its disk is full .*Make room there\. Until then no task is started/,
			);
			const containers = () => String(ps("--format", "{{.Names}} {{.State}}"));
			expect(containers()).toMatch(/^berth-\S+-a-1-\S+ exited\n$/);
			expect(await health()).toBe(503);
			const asked = await home.berth("vars", "set", "a", "b");
			expect(asked).toMatchObject({ code: 1 });
			expect(asked.stderr).toMatch(/disk is full.*Make room there/);
			expect((await home.berth("run", "p")).code).toBe(1);
			const doctor = await home.berth("doctor");
			expect(doctor.code).toBe(1);
			expect(doctor.stdout).toMatch(/✗ The database .* disk is full/);
			const [known] = await home.json<RunView[]>("runs");
			expect(known?.status).toBe("running");

			disk.empty();
			await up.says(/The database can be written again; going on\./);
			expect(await run.ended).toMatchObject({ code: 0 });
			const { tasks, status } = await home.json<RunView>("show", "latest");
			expect(status).toBe("succeeded");
			expect(
				tasks.map(({ name, attempts }) => [name, attempts.length]),
			).toEqual([
				["a", 1],
				["b", 1],
			]);
			const logs = await home.berth("logs", "latest", "a");
			const numbered = (word: string) =>
				Array.from(
					{ length: LINES },
					(_, i) => `${`${i + 1}`.padStart(1_000, "0")} ${word}\n`,
				).join("");
			expect(logs.stdout).toBe(numbered("line"));
			expect(logs.stderr).toContain(numbered("error"));
			expect(containers()).toBe("");
			expect(await health()).toBe(200);
			up.kill("SIGTERM");
			expect(await up.ended).toMatchObject({ code: 0 });
		});
	});
});
