import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { logStart } from "../../orchestrator/runtimes/log-port.ts";
import type { Job, Runtime } from "../../orchestrator/runtimes/port.ts";
import { PARAMS_FILE, TASK_ENV } from "../../shared/task-contract.ts";
import {
	bytesOf,
	cursorAfter,
	exit,
	forever,
	framesOf,
	patience,
	print,
	type RuntimeRig,
	readAll,
	readSome,
	type Step,
} from "./contract-rig.ts";

/** What every runtime promises. A fake that passes may stand in anywhere. `group` is describe, or describeWithEngine. */
export function runtimeContract(
	name: string,
	makeRig: () => Promise<RuntimeRig>,
	group: (name: string, tests: () => void) => void = describe,
): void {
	group(`the runtime contract: ${name}`, () => {
		let rig: RuntimeRig;
		beforeEach(async () => {
			rig = await makeRig();
		});
		afterEach(async () => {
			await rig?.close();
		});
		const subject = () => rig;
		launching(subject);
		ending(subject);
		stopping(subject);
		logging(subject);
		adopting(subject);
		tidying(subject);
	});
}

type Subject = () => RuntimeRig;

/** Launch a job of these steps, which must not be refused. */
async function launched(
	rig: RuntimeRig,
	steps: readonly Step[],
	change: Partial<Job> = {},
): Promise<Job> {
	const job = rig.job(steps, change);
	const started = await rig.runtime.launch(job, patience);
	expect(started).toMatchObject({ kind: "started" });
	return job;
}

async function ended(
	rig: RuntimeRig,
	steps: readonly Step[],
	change: Partial<Job> = {},
): Promise<Job> {
	const job = await launched(rig, steps, change);
	await rig.runtime.wait(job.name, patience);
	return job;
}

/** Let a job go on that waits for this file. */
const give = (rig: RuntimeRig, job: Job, file: string) =>
	writeFile(rig.hand(job, file), "");

/** Resolves once it has printed something: it runs, and is where its steps say. */
const spoken = (runtime: Runtime, job: Job) => readSome(runtime, job.name, 1);

function launching(rig: Subject): void {
	test("launching twice is once, at the same time and one after the other", async () => {
		const { runtime } = rig();
		const job = rig().job([print("up\n"), { do: "await", file: "go" }]);
		const both = await Promise.all([
			runtime.launch(job, patience),
			runtime.launch(job, patience),
		]);
		expect(both[0]).toMatchObject({ kind: "started" });
		expect(both[1]).toEqual(both[0]);
		expect(await runtime.launch(job, patience)).toEqual(both[0]);
		expect(await runtime.list()).toHaveLength(1);
		await give(rig(), job, "go");
		await runtime.wait(job.name, patience);
		expect(String(bytesOf(await readAll(runtime, job.name), "stdout"))).toBe(
			"up\n",
		);
	});

	test("what has ended is never started again", async () => {
		const { runtime } = rig();
		const job = await ended(rig(), [print("up\n"), exit(7)]);
		const again = await runtime.launch(job, patience);
		expect(again).toMatchObject({ kind: "started" });
		expect(await runtime.wait(job.name, patience)).toMatchObject({ code: 7 });
		expect(String(bytesOf(await readAll(runtime, job.name), "stdout"))).toBe(
			"up\n",
		);
	});

	test("it sees its variables, and what it writes is there", async () => {
		const job = await ended(
			rig(),
			[
				{ do: "print-env", name: "COLOUR" },
				{ do: "put", file: "made.txt", text: "by the task" },
			],
			{ env: { ...rig().job([]).env, COLOUR: "blue green" } },
		);
		const frames = await readAll(rig().runtime, job.name);
		expect(String(bytesOf(frames, "stdout"))).toBe("blue green\n");
		const made = await readFile(rig().hand(job, "made.txt"), "utf8");
		expect(made).toBe("by the task");
	});

	test("it finds the file of its params where its variable says", async () => {
		const job = rig().job([{ do: "print-file", name: TASK_ENV.params }]);
		const source = rig().hand(job, "params.json");
		await writeFile(source, '{"depth":8}', { mode: 0o444 });
		const withParams = {
			...job,
			env: { ...job.env, [TASK_ENV.params]: PARAMS_FILE },
			mounts: [...job.mounts, { source, target: PARAMS_FILE, readOnly: true }],
		};
		await rig().runtime.launch(withParams, patience);
		await rig().runtime.wait(job.name, patience);
		const frames = await readAll(rig().runtime, job.name);
		expect(String(bytesOf(frames, "stdout"))).toBe('{"depth":8}');
	});

	test("an image that is not there is refused with a sentence", async () => {
		const image = rig().missingImage;
		const refusal = await rig().runtime.resolve(
			{ image, pull: "never" },
			() => {},
			patience,
		);
		expect(refusal).toMatchObject({ kind: "refused", lost: false });
		expect(refusal).toHaveProperty("message", expect.stringContaining(image));
	});

	test("who only looks is told at once, also of an image that may be got", async () => {
		const { runtime, missingImage: image } = rig();
		const request = { image, pull: "missing", look: true } as const;
		expect(await runtime.resolve(request, () => {}, patience)).toMatchObject({
			kind: "refused",
			message: expect.stringContaining(image),
		});
	});

	test("a mount of berth's own that is not there is refused, by its path, and costs the task no retry", async () => {
		const job = rig().job([exit(0)]);
		const source = "/no/such/folder-of-berth";
		const bad = {
			...job,
			mounts: [...job.mounts, { source, target: "/in/bad", readOnly: true }],
		};
		const refusal = await rig().runtime.launch(bad, patience);
		expect(refusal).toMatchObject({ kind: "refused", lost: true });
		expect(refusal).toHaveProperty("message", expect.stringContaining(source));
		await rig().runtime.remove(bad.name);
		expect(await rig().runtime.list()).toEqual([]);
	});
}

function ending(rig: Subject): void {
	test.each([0, 1, 7, 99, 255])("exit code %i is told", async (code) => {
		const job = await launched(rig(), [exit(code)]);
		const end = await rig().runtime.wait(job.name, patience);
		expect(end).toMatchObject({ kind: "exited", code });
		if (end.kind === "exited")
			expect(end.at).toBeGreaterThanOrEqual(end.started);
	});

	test("waiting again answers the same, at once", async () => {
		const job = await launched(rig(), [exit(3)]);
		const first = await rig().runtime.wait(job.name, patience);
		expect(await rig().runtime.wait(job.name, patience)).toEqual(first);
	});

	test("what is not there any more has vanished", async () => {
		const job = await launched(rig(), [forever]);
		await rig().runtime.remove(job.name);
		expect(await rig().runtime.wait(job.name, patience)).toMatchObject({
			kind: "ended",
			ending: { kind: "vanished" },
		});
	});

	test("waiting can be given up", async () => {
		const job = await launched(rig(), [print("up\n"), forever]);
		await spoken(rig().runtime, job);
		const control = new AbortController();
		const waiting = rig().runtime.wait(job.name, control.signal);
		control.abort(new Error("enough"));
		await expect(waiting).rejects.toThrow("enough");
	});

	test("the limit of memory holds, and is told", async ({ skip }) => {
		skip(!rig().hasWall, "this runtime has no wall");
		const steps: Step[] = [{ do: "fill-memory" }];
		const { wall } = rig().job(steps);
		const job = await launched(rig(), steps, {
			wall: { ...wall, memoryBytes: 96 * 2 ** 20 },
		});
		const end = await rig().runtime.wait(job.name, patience);
		expect(end).toMatchObject({
			kind: "ended",
			ending: {
				kind: "out-of-memory",
				message: expect.stringContaining("96 MiB"),
			},
		});
	});
}

function stopping(rig: Subject): void {
	test("stopping asks first", async () => {
		const { runtime } = rig();
		const job = await launched(rig(), [print("up\n"), forever]);
		await spoken(runtime, job);
		await runtime.stop(job.name, 60_000);
		const end = await runtime.wait(job.name, patience);
		expect(end).toMatchObject({ kind: "exited", code: 143 });
	});

	test("and insists after the grace", async () => {
		const { runtime } = rig();
		const steps: Step[] = [{ do: "ignore-stop" }, print("up\n"), forever];
		const job = await launched(rig(), steps);
		await spoken(runtime, job);
		await runtime.stop(job.name, 200);
		const end = await runtime.wait(job.name, patience);
		expect(end).toMatchObject({ kind: "exited", code: 137 });
	});

	test("what has ended, or never was, is stopped already", async () => {
		const job = await ended(rig(), [exit(5)]);
		await rig().runtime.stop(job.name, 60_000);
		await rig().runtime.stop(rig().job([]).name, 60_000);
		const end = await rig().runtime.wait(job.name, patience);
		expect(end).toMatchObject({ kind: "exited", code: 5 });
	});
}

function logging(rig: Subject): void {
	test("the streams stay apart, each in its order", async () => {
		const steps = ["1\n", "2\n", "3\n"].flatMap((text) => [
			print(`out ${text}`),
			print(`err ${text}`, "stderr"),
		]);
		const job = await ended(rig(), steps);
		const frames = await readAll(rig().runtime, job.name);
		expect(String(bytesOf(frames, "stdout"))).toBe("out 1\nout 2\nout 3\n");
		expect(String(bytesOf(frames, "stderr"))).toBe("err 1\nerr 2\nerr 3\n");
	});

	test("every byte is kept: binary, control characters, no line feed at the end", async () => {
		const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
		const text = "10 %\r20 %\r\u001b[31mred\u001b[0m\n\n\n  \ttail";
		const job = await ended(rig(), [print(all, "stderr"), print(text)]);
		const frames = await readAll(rig().runtime, job.name);
		expect(bytesOf(frames, "stderr")).toEqual(Buffer.from(all));
		expect(String(bytesOf(frames, "stdout"))).toBe(text);
		expect(frames.every(({ time }) => TIME.test(time))).toBe(true);
	});

	test("a line may be long: a megabyte, and every length about its parts", async () => {
		const piece = randomBytes(1024).map((byte) => (byte === 10 ? 11 : byte));
		const long = Buffer.concat(Array(1024).fill(piece));
		const lengths = [16383, 16384, 16385, 32767, 32768, 32769];
		const lines = lengths.map((n) => `${"x".repeat(n)}\n`);
		const job = await ended(rig(), [
			print(piece, "stdout", 1024), // an argument cannot hold a megabyte
			print("\nshort\n"),
			...lengths.flatMap((length) => [
				print("x", "stderr", length),
				print("\n", "stderr"),
			]),
		]);
		const frames = await readAll(rig().runtime, job.name);
		const wanted = Buffer.concat([long, Buffer.from("\nshort\n")]);
		expect(bytesOf(frames, "stdout").equals(wanted)).toBe(true);
		expect(String(bytesOf(frames, "stderr")) === lines.join("")).toBe(true);
	});

	test("following tells each line when it is written, and ends with the job", async () => {
		const steps: Step[] = [
			print("first\n"),
			{ do: "await", file: "go" },
			print("second\n"),
		];
		const job = await launched(rig(), steps);
		const seen: string[] = [];
		const log = rig().runtime.logs(job.name, logStart, patience);
		for await (const frame of framesOf(log)) {
			seen.push(String(Buffer.from(frame.bytes)));
			if (seen.length === 1) await give(rig(), job, "go");
		}
		expect(seen).toEqual(["first\n", "second\n"]);
	});

	test("from any cursor on, nothing is missed and nothing told twice", async () => {
		const big = "x".repeat(40_000);
		const job = await ended(rig(), [
			print("a\nb\nc\n"),
			print(`d\n${big}\ne\n`, "stderr"),
			print(`${big}\nf\n`),
		]);
		const whole = await readAll(rig().runtime, job.name);
		for (let count = 0; count <= whole.length; count++) {
			const before = await readSome(rig().runtime, job.name, count);
			const after = await readAll(rig().runtime, job.name, cursorAfter(before));
			for (const stream of ["stdout", "stderr"] as const) {
				const both = bytesOf([...before, ...after], stream);
				expect(String(both) === String(bytesOf(whole, stream))).toBe(true);
			}
		}
	});

	test("many lines come whole", async () => {
		const lines = 20_000;
		const job = await launched(rig(), [
			print("0123456789\n", "stdout", lines),
			print("abc\n", "stderr", lines),
		]);
		const frames = await readAll(rig().runtime, job.name);
		expect(bytesOf(frames, "stdout")).toHaveLength(11 * lines);
		expect(bytesOf(frames, "stderr")).toHaveLength(4 * lines);
	});

	test("one that is not there has no log", async () => {
		expect(await readAll(rig().runtime, rig().job([]).name)).toEqual([]);
	});
}

function adopting(rig: Subject): void {
	test("a new client adopts what the lost one launched", async () => {
		const job = rig().job([
			print("before\n"),
			{ do: "await", file: "go" },
			print("after\n"),
			exit(9),
		]);
		const started = await rig().runtime.launch(job, patience);
		await spoken(rig().runtime, job);
		const next = await rig().reconnect();
		expect(await next.list()).toEqual([
			{ name: job.name, attempt: job.attempt, running: true },
		]);
		expect(await next.launch(job, patience)).toEqual(started);
		const waiting = next.wait(job.name, patience);
		await give(rig(), job, "go");
		expect(await waiting).toMatchObject({ kind: "exited", code: 9 });
		const frames = await readAll(next, job.name);
		expect(String(bytesOf(frames, "stdout"))).toBe("before\nafter\n");
	});

	test("one that was started and then removed is gone, and does not run again", async () => {
		const first = aFirstStart();
		const job = rig().job([print("up\n"), { do: "await", file: "go" }]);
		await rig().runtime.launch(job, patience, first);
		expect(first.wasAsked).toBe(true);
		const next = await rig().reconnect();
		expect(await next.launch(job, patience, first)).toMatchObject({
			kind: "started",
		});
		await next.remove(job.name);
		const refusal = await next.launch(job, patience, first);
		expect(refusal).toMatchObject({ kind: "refused", lost: true });
		expect(refusal).toHaveProperty("message", expect.stringMatching("is gone"));
		expect(await next.list()).toEqual([]);
	});

	test("and learns how one ended while there was no client", async () => {
		const job = await launched(rig(), [
			print("up\n"),
			{ do: "await", file: "go" },
			exit(4),
		]);
		await spoken(rig().runtime, job);
		await give(rig(), job, "go");
		const end = await rig().runtime.wait(job.name, patience);
		const next = await rig().reconnect();
		expect(await next.wait(job.name, patience)).toEqual(end);
		expect(await next.list()).toMatchObject([{ running: false }]);
	});
}

/** Remembers in memory what a caller keeps on its disk. */
function aFirstStart() {
	const first = {
		wasAsked: false,
		ask: async () => {
			first.wasAsked = true;
		},
	};
	return first;
}

function tidying(rig: Subject): void {
	test("all are listed until they are removed, and nothing is left", async () => {
		const { runtime } = rig();
		const over = await ended(rig(), [exit(0)]);
		const live = await launched(rig(), [print("up\n"), forever]);
		const byName = (a: { name: string }, b: { name: string }) =>
			a.name < b.name ? -1 : 1;
		expect([...(await runtime.list())].sort(byName)).toEqual(
			[
				{ name: over.name, attempt: over.attempt, running: false },
				{ name: live.name, attempt: live.attempt, running: true },
			].sort(byName),
		);
		expect(await rig().leftovers()).not.toEqual([]);
		await Promise.all([runtime.remove(live.name), runtime.remove(live.name)]);
		await runtime.remove(over.name);
		await runtime.remove(over.name);
		expect(await runtime.list()).toEqual([]);
		expect(await rig().leftovers()).toEqual([]);
		expect(await runtime.wait(live.name, patience)).toMatchObject({
			ending: { kind: "vanished" },
		});
	});

	test("what is no attempt's is listed apart, and removed as often as one likes", async () => {
		const { runtime } = rig();
		const live = await launched(rig(), [print("up\n"), forever]);
		const names = await rig().strew();
		const strays = await runtime.strays();
		expect(new Set(strays.map(({ name }) => name))).toEqual(new Set(names));
		for (const stray of [...strays, ...strays])
			await runtime.removeStray(stray);
		expect(await runtime.strays()).toEqual([]);
		expect(await runtime.list()).toMatchObject([
			{ name: live.name, running: true },
		]);
	});
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{3}|\d{9})Z$/;
