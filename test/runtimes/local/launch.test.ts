import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { WALL } from "../../rig/plans.ts";
import { patience } from "../contract-rig.ts";
import { aLocalRig, output, runToEnd } from "./rig.ts";

test("launching twice, at once and from two clients, is launching once", async () => {
	const rig = aLocalRig();
	const [one, other] = [await rig.open(), await rig.open()];
	const mark = join(rig.root, "mark");
	const job = rig.job(["sh", "-c", `echo x >>${mark}`]);
	const answers = await Promise.all(
		[one, other, one, other].map((runtime) => runtime.launch(job, patience)),
	);
	expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
	expect(await one.wait(job.name, patience)).toMatchObject({ code: 0 });
	expect(await other.launch(job, patience)).toEqual(answers[0]);
	expect(readFileSync(mark, "utf8")).toBe("x\n");
	expect(
		readdirSync(rig.folder).filter((name) => /^\.(part|trash)/.test(name)),
	).toEqual([]);
});

test("the program sees its inputs, its outputs and where to put its result", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const object = join(rig.write("objects/a/data.csv", "a folder\n"), "..");
	const file = rig.write("inbox/x.csv", "a file\n");
	const out = join(rig.root, "staging/out/model");
	const result = join(rig.root, "staging/result");
	for (const folder of [out, result]) mkdirSync(folder, { recursive: true });
	const script = `cat $BERTH_IN/raw/data.csv $BERTH_IN/outside/y.csv; echo m >$BERTH_OUT/model/m; echo '{}' >$BERTH_RESULT; pwd; echo $BERTH_DS $HOME`;
	const job = rig.job(["sh", "-c", script], {
		env: { BERTH_DS: "2026-11-20", BERTH_IN: "/in" },
		mounts: [
			{ source: object, target: "/in/raw", readOnly: true },
			{ source: file, target: "/in/outside/y.csv", readOnly: true },
			{ source: out, target: "/out/model", readOnly: false },
			{ source: result, target: "/result", readOnly: false },
		],
	});
	const { exit, stdout } = await runToEnd(runtime, job);
	expect(exit).toMatchObject({ kind: "exited", code: 0 });
	expect(`${stdout}`).toBe(
		`a folder\na file\n${join(rig.folder, job.name, "work")}\n2026-11-20 ${join(rig.folder, job.name, "tmp")}\n`,
	);
	expect(readFileSync(join(out, "m"), "utf8")).toBe("m\n");
	expect(readFileSync(join(result, "result.json"), "utf8")).toBe("{}\n");
	await runtime.remove(job.name);
	expect(readFileSync(join(object, "data.csv"), "utf8")).toBe("a folder\n");
	expect(readdirSync(out)).toEqual(["m"]);
});

test("a TypeScript program runs with berth's own Node, and gets little of berth's environment", async () => {
	process.env.BERTH_TEST_SECRET = "s";
	const rig = aLocalRig();
	const runtime = await rig.open();
	const id = rig.image("typed", {
		"package.json": '{"type":"module","bin":{"typed":"main.ts"}}',
		"main.ts":
			"const version: string = process.version; console.log(version, process.env.BERTH_TEST_SECRET, process.env['odd-name'], ...process.argv.slice(2));",
	});
	const job = rig.job(["--seed", "4 2"], {
		image: { id, key: "" },
		env: { "odd-name": "o d" },
	});
	const { stdout } = await runToEnd(runtime, job);
	delete process.env.BERTH_TEST_SECRET;
	expect(`${stdout}`).toBe(`${process.version} undefined o d --seed 4 2\n`);
});

test("an entry point takes the place of the image's program", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const job = rig.job(["-c", "exit 7"], { entrypoint: ["sh"] });
	expect((await runToEnd(runtime, job)).exit).toMatchObject({ code: 7 });
});

test("root hands the program to the user of the job", async ({ skip }) => {
	skip(process.getuid?.() !== 0, "only root can become another user");
	const rig = aLocalRig();
	const runtime = await rig.open();
	const job = rig.job(
		["-c", "id -u; id -g; echo w >f; echo t >$TMPDIR/t; echo e >/dev/stderr"],
		{
			entrypoint: ["/bin/sh"],
			user: "12345:54321",
		},
	);
	const { exit, stdout, stderr } = await runToEnd(runtime, job);
	expect(`${stdout}${stderr}`).toBe("12345\n54321\ne\n");
	expect(exit).toMatchObject({ code: 0 });
});

test("only root may run a program as another user", async ({ skip }) => {
	skip(process.getuid?.() === 0, "root may");
	const rig = aLocalRig();
	const runtime = await rig.open();
	expect(
		await runtime.launch(rig.job([], { user: "12345:1" }), patience),
	).toMatchObject({ message: expect.stringMatching(/may not become another/) });
});

test("a PATH with folders that are closed to us is no trouble", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const env = { PATH: `/proc/1/fd:/no/such:${process.env.PATH}` };
	const job = rig.job(["-c", "exit 2"], { entrypoint: ["sh"], env });
	expect((await runToEnd(runtime, job)).exit).toMatchObject({ code: 2 });
});

test("a folder of the host at its own path is there, and limits are not held against it", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const file = rig.write("sets/a.csv", "a\n");
	const sets = join(file, "..");
	const wall = {
		...WALL,
		mounts: [{ source: sets, target: sets, readOnly: true }],
		tmpfs: { "/scratch": 1024 },
		dns: ["9.9.9.9"],
	};
	const job = rig.job(["cat", file], { wall });
	expect(`${(await runToEnd(runtime, job)).stdout}`).toBe("a\n");
});

describe("a job is refused, with what to do, when", () => {
	test.each([
		[
			"its image folder says no program",
			"bare",
			{},
			/package\.json.*needs one "bin"/,
		],
		[
			"its program is not there",
			"lost",
			{},
			/names the program gone\.ts.*Correct "bin"/,
		],
		["its program is not executable", "meek", {}, /not executable.*chmod \+x/],
		[
			"its entry point is not on this machine",
			"tool",
			{ entrypoint: ["no-such-program"] },
			/wants to run no-such-program.*start a Docker engine/,
		],
		[
			"its workdir is not on this machine",
			"tool",
			{ workdir: "/no/such" },
			/work in \/no\/such.*leave out workdir/,
		],
		["its user has a name", "tool", { user: "alice" }, /user "alice".*numbers/],
		[
			"a mount needs a wall",
			"tool",
			{ mounts: [{ source: "/etc", target: "/opt/etc", readOnly: true }] },
			/only a container can have/,
		],
		[
			"a mount lies in another",
			"tool",
			{
				mounts: [
					{ source: "/etc", target: "/in/e", readOnly: true },
					{ source: "/etc", target: "/in/e/f", readOnly: true },
				],
			},
			/inside \/in\/e/,
		],
		[
			"a folder of the host is to be elsewhere",
			"tool",
			{
				wall: {
					...WALL,
					mounts: [{ source: "/etc", target: "/sets", readOnly: true }],
				},
			},
			/mounts \/etc at \/sets, which only a container can have/,
		],
		[
			"a folder of the host is not there",
			"tool",
			{
				wall: {
					...WALL,
					mounts: [{ source: "/no/such", target: "/no/such", readOnly: true }],
				},
			},
			/mounts \/no\/such.*nothing at that path/,
		],
		["it wants GPUs", "tool", { wall: { ...WALL, gpus: 1 } }, /asks for gpus/],
		[
			"it wants a device",
			"tool",
			{ wall: { ...WALL, devices: ["/dev/fuse"] } },
			/asks for devices/,
		],
		[
			"it is for another kind of machine",
			"tool",
			{ wall: { ...WALL, platform: "linux/s390x" } },
			/asks for platform linux\/s390x/,
		],
	])("%s", async (_, image, more, message) => {
		const rig = aLocalRig();
		rig.image("bare", { "package.json": "{}" });
		rig.image("lost", { "package.json": '{"bin":"gone.ts"}' });
		rig.image("meek", { "package.json": '{"bin":"run"}', run: "#!/bin/sh\n" });
		const runtime = await rig.open();
		const job = rig.job([], {
			image: { id: join(rig.images, image), key: "" },
			...more,
		});
		expect(await runtime.launch(job, patience)).toEqual({
			kind: "refused",
			message: expect.stringMatching(message),
			lost: false,
		});
		expect(await runtime.list()).toEqual([]);
	});
});

test("what is launched is listed until it is removed", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const job = rig.job([
		"sh",
		"-c",
		"chmod 0 $HOME; mkdir d; touch d/f; chmod 500 d",
	]);
	expect(await runtime.list()).toEqual([]);
	await runtime.launch(job, patience);
	await runtime.wait(job.name, patience);
	const { name, attempt } = job;
	expect(await runtime.list()).toEqual([{ name, attempt, running: false }]);
	await runtime.remove(name);
	await runtime.remove(name);
	expect(await runtime.list()).toEqual([]);
	expect(await runtime.wait(name, patience)).toMatchObject({
		ending: { kind: "vanished" },
	});
	expect((await output(runtime, name)).frames).toEqual([]);
	await runtime.stop(name, 0);
});
