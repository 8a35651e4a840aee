import { writeFile } from "node:fs/promises";
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	onTestFinished,
	test,
} from "vitest";
import type { Job } from "../../../orchestrator/runtimes/port.ts";
import { describeWithEngine } from "../../rig/engine.ts";
import { bytesOf, patience, readAll, readSome } from "../contract-rig.ts";
import { type DockerRig, docker, dockerRig, IMAGE } from "./docker-rig.ts";
import { SlowEngine } from "./slow-engine.ts";

let rig: DockerRig;

/** Create a container behind the runtime's back, under the job's name and with these labels. */
async function createByHand(
	job: Job,
	labels: Record<string, string>,
	...command: string[]
): Promise<void> {
	const flags = Object.entries(labels).flatMap(([k, v]) => [
		"--label",
		`${k}=${v}`,
	]);
	const name = ["--name", job.name, "--network", "none"];
	await docker("create", ...name, ...flags, IMAGE, ...command);
}

const labelsOf = (job: Job) => ({
	"dev.berth.instance": rig.instance,
	"dev.berth.data": rig.data,
	"dev.berth.attempt": job.attempt,
	"dev.berth.task": job.task,
});

async function outputOf(job: Job): Promise<string> {
	expect(await rig.runtime.launch(job, patience)).toMatchObject({
		kind: "started",
	});
	await rig.runtime.wait(job.name, patience);
	return String(bytesOf(await readAll(rig.runtime, job.name), "stdout"));
}

async function endOf(job: Job) {
	const started = await rig.runtime.launch(job, patience);
	return started.kind === "refused"
		? { kind: "ended", ending: started }
		: await rig.runtime.wait(job.name, patience);
}

describeWithEngine("the hazards of Docker", () => {
	beforeAll(async () => {
		rig = await dockerRig();
	});
	afterAll(async () => {
		await rig?.close();
	});

	describe("1: waiting", () => {
		test("answers for containers that end at once", async () => {
			const jobs = Array.from({ length: 8 }, () => rig.shell("exit 6"));
			const ends = await Promise.all(jobs.map(endOf));
			expect(ends).toEqual(
				jobs.map(() => expect.objectContaining({ code: 6 })),
			);
		});

		test("does not take one that was never started for one that exited with 0", async () => {
			const job = rig.shell("exit 6");
			await createByHand(job, labelsOf(job), "true");
			expect(await rig.runtime.wait(job.name, patience)).toMatchObject({
				kind: "ended",
				ending: { kind: "vanished" },
			});
		});
	});

	describe("2: created and not started", () => {
		test("is started", async () => {
			const job = rig.shell("exit 6");
			await createByHand(job, labelsOf(job), "sh", "-c", "exit 8");
			expect(await endOf(job)).toMatchObject({ kind: "exited", code: 8 });
		});

		test("is refused when its start has failed already, and says so again", async () => {
			const job = rig.shell("exit 6");
			const command = ["--entrypoint", "/nope"];
			const labels = Object.entries(labelsOf(job)).map(([k, v]) => `${k}=${v}`);
			await docker(
				"create",
				"--name",
				job.name,
				...labels.flatMap((label) => ["--label", label]),
				...command,
				IMAGE,
			);
			await expect(docker("start", job.name)).rejects.toThrow("/nope");
			const refusal = await rig.runtime.launch(job, patience);
			expect(refusal).toMatchObject({ kind: "refused", lost: false });
			expect(refusal).toHaveProperty(
				"message",
				expect.stringContaining("the command was not found"),
			);
			expect(await rig.runtime.launch(job, patience)).toEqual(refusal);
		});

		test("is removed when it is to stop", async () => {
			const job = rig.shell("exit 6");
			await createByHand(job, labelsOf(job), "true");
			await rig.runtime.stop(job.name, 10_000);
			const names = (await rig.runtime.list()).map(({ name }) => name);
			expect(names).not.toContain(job.name);
		});
	});

	test("3: a name that is not ours is left alone", async () => {
		const job = rig.shell("exit 6");
		await createByHand(job, {}, "true");
		const foreign = await rig.runtime.launch(job, patience);
		expect(foreign).toMatchObject({ kind: "refused", lost: false });
		expect(foreign).toHaveProperty(
			"message",
			expect.stringContaining(`docker rm -f ${job.name}`),
		);
		await rig.runtime.stop(job.name, 0);
		await rig.runtime.remove(job.name);
		expect(await rig.runtime.wait(job.name, patience)).toMatchObject({
			ending: { kind: "vanished" },
		});
		await docker("rm", job.name); // it is still there
		const copied = { ...labelsOf(job), "dev.berth.data": "/elsewhere" };
		await createByHand(job, copied, "true");
		expect(await rig.runtime.launch(job, patience)).toHaveProperty(
			"message",
			expect.stringContaining("/elsewhere"),
		);
		await docker("rm", job.name);
	});

	test("3: one made for other inputs than are remembered is not taken for this attempt's", async () => {
		const job = rig.shell("exit 6");
		await rig.runtime.launch(job, patience);
		await rig.runtime.wait(job.name, patience);
		const other = { ...job, command: ["exit 7"] };
		const again = (await rig.reconnect()).launch(other, patience);
		expect(await again).toMatchObject({ kind: "refused", lost: true });
		await rig.runtime.remove(job.name);
	});

	test("4: the log has a limit of its own, and keeps what is not UTF-8", async () => {
		const job = rig.shell("printf 'a\\377\\376\\n'", { logBytes: 12_000_000 });
		await rig.runtime.launch(job, patience);
		await rig.runtime.wait(job.name, patience);
		const frames = await readAll(rig.runtime, job.name);
		expect([...bytesOf(frames, "stdout")]).toEqual([97, 255, 254, 10]);
		const config = "{{json .HostConfig.LogConfig}}";
		expect(JSON.parse(await docker("inspect", "-f", config, job.name))).toEqual(
			{
				Type: "local",
				Config: { "max-file": "2", "max-size": "14248577", compress: "false" },
			},
		);
	});

	describe("6: endings told apart", () => {
		const filling = `node -e 'for (const a = [];;) a.push(Buffer.alloc(1e6, 1))'`;
		const small = () => ({
			wall: { ...rig.shell("").wall, memoryBytes: 96 * 2 ** 20 },
		});

		// The engine learns of it on another way than of the end, and may be told of the end first (docs/reliability.md).
		const untilTold = "sleep 2";

		test("a child out of memory is a warning when the program itself exits with 0", async () => {
			const end = await endOf(
				rig.shell(`${filling}; ${untilTold}; exit 0`, small()),
			);
			expect(end).toMatchObject({ kind: "exited", code: 0 });
			expect(end).toHaveProperty("warning", expect.stringContaining("96 MiB"));
		});

		test("and the ending when it does not", async () => {
			const end = await endOf(
				rig.shell(`${filling}; ${untilTold}; exit 3`, small()),
			);
			expect(end).toMatchObject({ ending: { kind: "out-of-memory", code: 3 } });
		});

		test("with the most memory that it was seen to use, where it ran for longer", async () => {
			const engine = await SlowEngine.open();
			onTestFinished(() => engine.close());
			const runtime = await rig.reconnect(engine.env);
			const grow = `while (fs.existsSync("/out/hand/go")) a.push(Buffer.alloc(1e6, 1))`;
			const job = rig.shell(
				`exec node -e 'const a = [Buffer.alloc(40e6, 1)]; console.log("up"); setInterval(() => { ${grow}; }, 20)'`,
				small(),
			);
			await runtime.launch(job, patience);
			await readSome(runtime, job.name, 1);
			const end = runtime.wait(job.name, patience);
			await expect
				.poll(() => engine.answered.join())
				.toMatch(/200 GET \S*stats/);
			await writeFile(rig.hand(job, "go"), "");
			expect(await end).toHaveProperty(
				"ending.message",
				expect.stringMatching(
					/limit of 96 MiB; the most that it was seen to use was [4-9]\d(\.\d)? MiB, \d+ s before its end\./,
				),
			);
		});

		test("a command that is not in the image is refused, in these words", async () => {
			const job = rig.shell("", { entrypoint: ["no-such-program"] });
			const end = await endOf(job);
			expect(end).toMatchObject({ ending: { kind: "refused", lost: false } });
			expect(end).toHaveProperty(
				"ending.message",
				expect.stringMatching(
					/"act" could not be started: the command was not found in the image .*no-such-program/,
				),
			);
		});

		test("so is one that may not be executed", async () => {
			const end = await endOf(rig.shell("", { entrypoint: ["/etc/passwd"] }));
			expect(end).toHaveProperty(
				"ending.message",
				expect.stringContaining("exit code 126"),
			);
		});

		test("127 of the program's own is an exit, with a hint", async () => {
			const end = await endOf(rig.shell("no-such-program"));
			expect(end).toMatchObject({ kind: "exited", code: 127 });
			expect(end).toHaveProperty(
				"warning",
				expect.stringContaining("not found"),
			);
		});

		test("a network that is not there is refused", async () => {
			const wall = { ...rig.shell("").wall, network: "berth-no-such" };
			expect(await endOf(rig.shell("true", { wall }))).toHaveProperty(
				"ending.message",
				expect.stringContaining("docker network create"),
			);
		});

		test("more CPUs than there are is refused", async () => {
			const wall = { ...rig.shell("").wall, cpus: 5000 };
			expect(await endOf(rig.shell("true", { wall }))).toHaveProperty(
				"ending.message",
				expect.stringContaining("fewer CPUs"),
			);
		});

		describe("a mount that the host has not", () => {
			const absent = { target: "/x", readOnly: true };

			test("is the task's own fault when the task asks for it", async () => {
				const mounts = [{ ...absent, source: "/no/such folder" }];
				const wall = { ...rig.shell("").wall, mounts };
				expect(await endOf(rig.shell("true", { wall }))).toMatchObject({
					ending: {
						kind: "refused",
						lost: false,
						message: expect.stringContaining(
							"the host has no /no/such folder to mount. Create it",
						),
					},
				});
			});

			test("is the world's when it is one of berth's own", async () => {
				const mounts = [{ ...absent, source: `${rig.data}/none` }];
				expect(await endOf(rig.shell("true", { mounts }))).toMatchObject({
					ending: { kind: "refused", lost: true },
				});
			});
		});

		test("a disk that is full for the task alone is its own exit", async () => {
			const wall = { ...rig.shell("").wall, tmpfs: { "/scratch": 2 ** 20 } };
			const script = "head -c 2000000 /dev/zero > /scratch/x || exit 28";
			expect(await endOf(rig.shell(script, { wall }))).toMatchObject({
				kind: "exited",
				code: 28,
			});
		});

		test("an image that went away after it was found costs no retry", async () => {
			const image = { id: `sha256:${"0".repeat(64)}`, key: "" };
			expect(await endOf(rig.shell("true", { image }))).toMatchObject({
				ending: { kind: "refused", lost: true },
			});
		});
	});

	describe("7: what is ended from outside", () => {
		test("has vanished, and does not count as the task's failure", async () => {
			for (const signal of ["TERM", "KILL"]) {
				const job = rig.shell("echo up; exec sleep 100");
				await rig.runtime.launch(job, patience);
				await readSome(rig.runtime, job.name, 1);
				await docker("kill", "--signal", signal, job.name);
				expect(await rig.runtime.wait(job.name, patience)).toMatchObject({
					kind: "ended",
					ending: {
						kind: "vanished",
						message: expect.stringContaining(`SIG${signal}`),
					},
				});
			}
		});

		test("also when another client looks, though it asks it to stop: too late", async () => {
			const job = rig.shell("echo up; exec sleep 100");
			await rig.runtime.launch(job, patience);
			await readSome(rig.runtime, job.name, 1);
			await rig.runtime.stop(job.name, 5000);
			const next = await rig.reconnect();
			expect(await next.wait(job.name, patience)).toMatchObject({
				ending: { kind: "vanished" },
			});
			await next.stop(job.name, 5000);
			expect(await next.wait(job.name, patience)).toMatchObject({
				ending: { kind: "vanished" },
			});
		});
	});

	describe("8: labels", () => {
		test("are on everything that is created", async () => {
			const job = rig.shell("true");
			await endOf(job);
			const labels = "{{json .Config.Labels}}";
			expect(
				JSON.parse(await docker("inspect", "-f", labels, job.name)),
			).toMatchObject({
				"dev.berth.instance": rig.instance,
				"dev.berth.data": rig.data,
				"dev.berth.run": job.run,
				"dev.berth.task": job.task,
				"dev.berth.attempt": job.attempt,
			});
		});

		test("tell ours from another's, and from those of a copied data directory", async () => {
			const other = await dockerRig();
			try {
				const theirs = other.shell("true");
				await other.runtime.launch(theirs, patience);
				const copy = rig.shell("true");
				const elsewhere = { ...labelsOf(copy), "dev.berth.data": "/elsewhere" };
				await createByHand(copy, elsewhere, "true");
				const ours = (await rig.runtime.list()).map(({ name }) => name);
				expect(ours).not.toContain(theirs.name);
				expect(ours).not.toContain(copy.name);
				expect(await other.runtime.list()).toMatchObject([
					{ name: theirs.name },
				]);
			} finally {
				await other.close();
			}
		});
	});

	describe("10: limits", () => {
		test("of CPU, memory and swap, and processes are the engine's", async () => {
			const wall = {
				...rig.shell("").wall,
				cpus: 0.5,
				memoryBytes: 128 * 2 ** 20,
				pids: 17,
			};
			const job = rig.shell("true", { wall });
			await endOf(job);
			const [host] = JSON.parse(await docker("inspect", job.name));
			expect(host.HostConfig).toMatchObject({
				NanoCpus: 500_000_000,
				Memory: 128 * 2 ** 20,
				MemorySwap: 128 * 2 ** 20,
				PidsLimit: 17,
				Init: true,
			});
		});

		test("a fork bomb gets no further than its limit", async () => {
			const wall = { ...rig.shell("").wall, pids: 20 };
			const bomb =
				"i=0; while [ $i -lt 60 ]; do sleep 30 & i=$((i+1)); done; wait";
			const job = rig.shell(bomb, { wall });
			await rig.runtime.launch(job, patience);
			await rig.runtime.wait(job.name, patience);
			const frames = await readAll(rig.runtime, job.name);
			expect(String(bytesOf(frames, "stderr"))).toMatch(/fork/i);
		});

		test("the first process reaps what others leave behind", async () => {
			// A zombie that nobody reaps would stay there.
			const script =
				'sh -c "sleep 0.05 & echo \\$! >/tmp/orphan; exec true"; while [ -e /proc/$(cat /tmp/orphan) ]; do sleep 0.02; done; cat /proc/1/comm';
			expect(await outputOf(rig.shell(script))).toBe("docker-init\n");
		});
	});
});
