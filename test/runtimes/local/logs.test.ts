import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
	type LogFrame,
	logStart,
} from "../../../orchestrator/runtimes/log-port.ts";
import { cursorAfter, framesOf, patience } from "../contract-rig.ts";
import { aLocalRig, output, runToEnd } from "./rig.ts";

const script = (text: string): string[] => [process.execPath, "-e", text];

test("binary output comes back byte for byte, each stream by itself, in frames whose times do not fall", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const text = `
		const { writeSync } = require("node:fs");
		const { createHash } = require("node:crypto");
		const noise = (n) => createHash("shake256", { outputLength: 7001 }).update(String(n)).digest();
		for (let n = 0; n < 200; n++) writeSync(1 + (n % 2), noise(n));`;
	const noise = (n: number) =>
		createHash("shake256", { outputLength: 7001 }).update(`${n}`).digest();
	const { stdout, stderr, frames } = await runToEnd(
		runtime,
		rig.job(script(text)),
	);
	const numbers = Array.from({ length: 200 }, (_, n) => n);
	expect(
		stdout.equals(Buffer.concat(numbers.filter((n) => n % 2 === 0).map(noise))),
	).toBe(true);
	expect(
		stderr.equals(Buffer.concat(numbers.filter((n) => n % 2 === 1).map(noise))),
	).toBe(true);
	const times = frames.map((frame) => frame.time);
	expect(times).toEqual(times.toSorted());
	expect(times[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
});

test("megabytes without a line feed come in frames of 16 KiB", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const text = `process.stdout.write("x".repeat(3 * 2 ** 20) + "\\n" + "y".repeat(2 ** 14) + "\\nz")`;
	const { stdout, frames } = await runToEnd(runtime, rig.job(script(text)));
	expect(`${stdout}`).toBe(
		`${"x".repeat(3 * 2 ** 20)}\n${"y".repeat(2 ** 14)}\nz`,
	);
	expect(
		Math.max(...frames.map((frame) => frame.bytes.length)),
	).toBeLessThanOrEqual(2 ** 14 + 1);
});

test("200,000 lines are told, all of them, in order", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const { frames } = await runToEnd(runtime, rig.job(["seq", "200000"]));
	expect(frames).toHaveLength(200_000);
	expect(
		frames.every((frame, n) => `${Buffer.from(frame.bytes)}` === `${n + 1}\n`),
	).toBe(true);
});

test("a follower hears lines as they come, and resumes where it left off without gap or repetition", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const job = rig.job([
		"sh",
		"-c",
		"echo 1; echo a >&2; echo 2; while [ ! -e go ]; do sleep 0.02; done; echo 3; echo b >&2",
	]);
	await runtime.launch(job, patience);
	const heard: LogFrame[] = [];
	for await (const frame of framesOf(
		runtime.logs(job.name, logStart, patience),
	))
		if (heard.push(frame) === 3) break;
	rig.write(`local/${job.name}/work/go`, "");
	for await (const frame of framesOf(
		runtime.logs(job.name, cursorAfter(heard), patience),
	))
		heard.push(frame);
	expect(new Set(heard.map(({ bytes }) => `${Buffer.from(bytes)}`))).toEqual(
		new Set(["1\n", "2\n", "3\n", "a\n", "b\n"]),
	);
	expect(heard).toHaveLength(5);
	expect(heard).toEqual(
		expect.arrayContaining((await output(runtime, job.name)).frames),
	);
});

test("following ends when its signal is aborted, and the program does not mind", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const job = rig.job(["sleep", "60"]);
	await runtime.launch(job, patience);
	const enough = new AbortController();
	const frames = runtime.logs(job.name, logStart, enough.signal);
	const next = frames[Symbol.asyncIterator]().next();
	const waiting = runtime.wait(job.name, enough.signal);
	const both = Promise.all([
		expect(next).rejects.toThrow("enough"),
		expect(waiting).rejects.toThrow("enough"),
	]);
	enough.abort(new Error("enough"));
	await both;
	expect(await runtime.list()).toMatchObject([{ running: true }]);
});

test("a log that has reached its limit says so, and the program goes on", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const job = rig.job(["sh", "-c", "seq 100000; exit 5"], { logBytes: 1000 });
	const { exit, stdout, stderr } = await runToEnd(runtime, job);
	expect(exit).toMatchObject({ code: 5 });
	expect(stdout.length).toBeGreaterThan(900);
	expect(stdout.length).toBeLessThan(1500);
	expect(`${stderr}`).toMatch(/^berth: the log has reached its limit/);
});
