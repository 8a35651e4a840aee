import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { LogKeeper } from "../../../orchestrator/engine/log-keeper.ts";
import type { ContainerName } from "../../../orchestrator/model/words.ts";
import {
	logStart,
	type Stream,
} from "../../../orchestrator/runtimes/log-port.ts";
import type { Job, Runtime } from "../../../orchestrator/runtimes/port.ts";
import { LogFiles } from "../../../orchestrator/store/log-files.ts";
import { describeWithEngine } from "../../rig/engine.ts";
import { startOwnEngine, whyNoOwnEngine } from "../../rig/own-engine.ts";
import { readStored, writtenBytes } from "../../rig/read-stored.ts";
import { bytesOf, framesOf, patience, readAll } from "../contract-rig.ts";
import { CuttableEngine } from "./cuttable-engine.ts";
import { type DockerRig, dockerRig, IMAGE } from "./docker-rig.ts";
import { SlowEngine } from "./slow-engine.ts";

const run = promisify(execFile);

const STREAMS = ["stdout", "stderr"] as const;

let rig: DockerRig;

/** What the engine's own command line tells of a log. */
function engineCopy(
	name: ContainerName,
	host = "unix:///var/run/docker.sock",
): Promise<Record<Stream, Buffer>> {
	const options = { encoding: "buffer", maxBuffer: 2 ** 30 } as const;
	return new Promise((resolve, reject) =>
		execFile(
			"docker",
			["-H", host, "logs", name],
			options,
			(error, out, err) =>
				error ? reject(error) : resolve({ stdout: out, stderr: err }),
		),
	);
}

/** A keeper that stores in a folder of its own, and can be replaced by another, as after a crash. */
async function aStore() {
	const folder = await mkdtemp(join(tmpdir(), "berth-kept-"));
	onTestFinished(() => rm(folder, { recursive: true, force: true }));
	const logs = new LogFiles(folder, 512 * 2 ** 20);
	const keepers: LogKeeper[] = [];
	onTestFinished(async () => {
		for (const keeper of keepers) await keeper.close();
	});
	return {
		logs,
		keep(runtime: Runtime): LogKeeper {
			const onTrouble = (): void => undefined;
			const keeper = new LogKeeper({ runtime, store: logs, onTrouble });
			keepers.push(keeper);
			return keeper;
		},
		async written(name: ContainerName): Promise<Record<Stream, Buffer>> {
			const records = await readStored(logs, name);
			return {
				stdout: writtenBytes(records, "stdout"),
				stderr: writtenBytes(records, "stderr"),
			};
		},
	};
}

/** Buffers that are megabytes long make no readable difference. */
function expectSame(
	one: Readonly<Record<Stream, Buffer>>,
	other: Readonly<Record<Stream, Buffer>>,
): void {
	for (const stream of STREAMS) {
		expect(one[stream].length).toBe(other[stream].length);
		expect(one[stream].equals(other[stream])).toBe(true);
	}
}

const numbered = (count: number): Record<Stream, Buffer> => {
	const lines = Array.from({ length: count }, (_, i) => i + 1);
	return {
		stdout: Buffer.from(lines.map((n) => `out ${n}\n`).join("")),
		stderr: Buffer.from(lines.map((n) => `err ${n}\n`).join("")),
	};
};

/** Prints what `numbered` has, each stream by a process of its own. */
const printNumbered = (count: number): string =>
	`seq -f 'err %.0f' ${count} >&2 & seq -f 'out %.0f' ${count}; wait`;

async function launched(on: DockerRig, job: Job): Promise<Job> {
	expect(await on.runtime.launch(job, patience)).toMatchObject({
		kind: "started",
	});
	return job;
}

const go = (job: Job): Promise<void> => writeFile(rig.hand(job, "go"), "");

const SOON = { timeout: 100_000 };

async function heardOf(job: Job): Promise<Record<Stream, Buffer>> {
	await launched(rig, job);
	const frames = await readAll(rig.runtime, job.name);
	await rig.runtime.wait(job.name, patience);
	return {
		stdout: bytesOf(frames, "stdout"),
		stderr: bytesOf(frames, "stderr"),
	};
}

async function readByAnother(job: Job): Promise<Record<Stream, Buffer>> {
	const frames = await readAll(await rig.reconnect(), job.name);
	return {
		stdout: bytesOf(frames, "stdout"),
		stderr: bytesOf(frames, "stderr"),
	};
}

describeWithEngine("a container's log", () => {
	beforeAll(async () => {
		rig = await dockerRig();
	});
	afterAll(async () => {
		await rig?.close();
	});

	test("of 200,000 lines on both streams is what was printed, and what the engine has", async () => {
		const job = rig.shell(printNumbered(100_000));
		const heard = await heardOf(job);
		expectSame(heard, numbered(100_000));
		expectSame(heard, await engineCopy(job.name));
		expectSame(heard, await readByAnother(job));
	});

	test("of 32 MB without a line feed is what was printed", async () => {
		const job = rig.shell("head -c 32000000 /dev/zero | tr '\\0' x");
		const wanted = { stdout: Buffer.alloc(32e6, "x"), stderr: Buffer.alloc(0) };
		expectSame(await heardOf(job), wanted);
	});

	test("keeps what is not UTF-8, empty lines, colours, and whether its last line ended", async () => {
		const text = "\\377\\376\\n\\n\\n\\033[31mred\\033[0m\\r\\n \\302";
		const job = rig.shell(`printf '${text}'; printf 'a\\n\\nb\\n' >&2`);
		const heard = await heardOf(job);
		const wanted = "\xff\xfe\n\n\n\x1b[31mred\x1b[0m\r\n \xc2";
		expectSame(heard, {
			stdout: Buffer.from(wanted, "latin1"),
			stderr: Buffer.from("a\n\nb\n"),
		});
		expectSame(heard, await engineCopy(job.name));
		expectSame(heard, await readByAnother(job));
	});

	test("shows a progress bar while its line goes on", async () => {
		const hand = "while [ ! -e /out/hand/go ]; do sleep 0.02; done";
		const job = rig.shell(`printf ' 10 %%\\r'; ${hand}; printf '100 %%\\n'`);
		await launched(rig, job);
		const seen: string[] = [];
		const log = rig.runtime.logs(job.name, logStart, patience);
		for await (const { bytes } of framesOf(log)) {
			seen.push(String(Buffer.from(bytes)));
			if (seen.length === 1) await writeFile(rig.hand(job, "go"), "");
		}
		expect(seen).toEqual([" 10 %\r", "100 %\n"]);
	});

	test("goes on where it was when those who keep it are killed again and again", async () => {
		const store = await aStore();
		const pace = "for i in 1 2 3 4 5 6 7 8; do";
		const some = `${pace} seq -f "out $i.%.0f" 3000; seq -f "err $i.%.0f" 500 >&2; printf "$i of 8\\r"; sleep 0.1; done`;
		const job = rig.shell(`${some}; printf over`);
		await launched(rig, job);
		for (let runtime = rig.runtime, n = 0; n < 6; n++) {
			const keeper = store.keep(runtime);
			const before = (await store.written(job.name)).stdout.length;
			keeper.follow(job.name);
			while ((await store.written(job.name)).stdout.length === before)
				if ((await runtime.list()).every(({ running }) => !running)) break;
			await keeper.close();
			runtime = await rig.reconnect();
		}
		await store.keep(await rig.reconnect()).finish(job.name);
		const written = await store.written(job.name);
		expectSame(written, await readByAnother(job));
		expectSame(written, await engineCopy(job.name));
		expect(String(written.stdout.subarray(-12))).toMatch(/8 of 8\rover$/);
	});

	test("is read from the engine's copy when a line to it is cut, and nothing is told twice", async () => {
		const engine = await CuttableEngine.open();
		onTestFinished(() => engine.close());
		const far = await dockerRig(engine.env);
		onTestFinished(() => far.close());
		const store = await aStore();
		const job = far.shell(
			`seq -f 'out %.0f' 30000; while [ ! -e /out/hand/go ]; do sleep 0.02; done; seq -f 'out %.0f' 30001 60000; seq -f 'err %.0f' 60000 >&2`,
		);
		await launched(far, job);
		const keeper = store.keep(far.runtime);
		keeper.follow(job.name);
		while ((await store.written(job.name)).stdout.length < 100_000);
		engine.cut();
		engine.mend();
		await writeFile(far.hand(job, "go"), "");
		await keeper.finish(job.name);
		const written = await store.written(job.name);
		expectSame(written, numbered(60_000));
		expectSame(written, await engineCopy(job.name));
	});

	test("goes on behind an engine that ended it in good order while the container ran", async () => {
		const engine = await SlowEngine.open();
		onTestFinished(() => engine.close());
		const hand = "while [ ! -e /out/hand/go ]; do sleep 0.02; done";
		const job = rig.shell(`echo up; ${hand}; echo over`);
		await launched(rig, job);
		const far = await rig.reconnect(engine.env);
		const seen: string[] = [];
		for await (const { bytes } of framesOf(
			far.logs(job.name, logStart, patience),
		)) {
			seen.push(String(Buffer.from(bytes)));
			if (seen.length > 1) continue;
			engine.end(/logs$/);
			const isAskedAgain = () => engine.count(/logs$/) > 1;
			void vi.waitUntil(isAskedAgain, SOON).then(() => go(job));
		}
		expect(seen).toEqual(["up\n", "over\n"]);
	});

	test("that has outgrown the engine's copy while nobody read it says so, once, and goes on to its end", async () => {
		const store = await aStore();
		const hand = "while [ ! -e /out/hand/go ]; do sleep 0.02; done";
		const job = rig.shell(
			`seq -f 'out %.0f' 20000; ${hand}; seq -f 'out %.0f' 20001 400000`,
			{ logBytes: 1 }, // the engine keeps 2 MiB
		);
		await launched(rig, job);
		const keeper = store.keep(rig.runtime);
		keeper.follow(job.name);
		while ((await store.written(job.name)).stdout.length < 100_000);
		await keeper.close();
		await writeFile(rig.hand(job, "go"), "");
		const next = await rig.reconnect();
		await next.wait(job.name, patience);
		await store.keep(next).finish(job.name);
		const { stdout, stderr } = await store.written(job.name);
		expect(String(stderr)).toMatch(
			/^\n?berth: the engine does not have all of this log any more, so lines may be missing, or told twice, about here\n$/,
		);
		expect(String(stdout.subarray(0, 12))).toBe("out 1\nout 2\n");
		expect(String(stdout.subarray(-11))).toBe("out 400000\n");
		await store.keep(await rig.reconnect()).finish(job.name);
		expectSame(await store.written(job.name), { stdout, stderr });
	});

	test("does not hold the container for ever when nobody stores it", async () => {
		const job = rig.shell(
			`yes ${"x".repeat(199)} | head -c 20000000; seq 3 >&2`,
		);
		await launched(rig, job);
		expect(await rig.runtime.wait(job.name, patience)).toMatchObject({
			kind: "exited",
			code: 0,
		});
		const frames = await readAll(rig.runtime, job.name);
		const wanted = Buffer.from(`${"x".repeat(199)}\n`.repeat(100_000));
		expect(bytesOf(frames, "stdout").equals(wanted)).toBe(true);
		expect(String(bytesOf(frames, "stderr"))).toBe("1\n2\n3\n");
	});
});

const why = whyNoOwnEngine();
const needsOwnEngine = {
	...(why ? { meta: { skippedBecause: why } } : {}),
};

/** A container on an engine of its own, which has said 5,000 lines, all of them heard and all in the engine's copy, when it is killed. */
async function heardOnAKilledEngine(then: string) {
	const engine = await startOwnEngine({ liveRestore: true, images: [IMAGE] });
	onTestFinished(() => engine.close());
	const far = await dockerRig({ DOCKER_HOST: engine.host });
	onTestFinished(() => rm(far.data, { recursive: true, force: true }));
	const store = await aStore();
	const wait = "while [ ! -e /out/hand/go ]; do sleep 0.02; done";
	const job = far.shell(`seq -f 'out %.0f' 5000; ${wait}; ${then}`);
	await launched(far, job);
	const asked = ["-H", engine.host, "inspect", "-f", "{{.Id}}", job.name];
	const id = (await run("docker", asked)).stdout.trim();
	const keeper = store.keep(far.runtime);
	keeper.follow(job.name);
	const all = numbered(5000).stdout.length;
	const copied = async () =>
		(await engineCopy(job.name, engine.host)).stdout.length;
	while ((await store.written(job.name)).stdout.length < all);
	while ((await copied()) < all);
	await engine.kill();
	const copy = join(engine.data, "containers", id, "local-logs/container.log");
	const goOn = async () => {
		await engine.start();
		await writeFile(far.hand(job, "go"), "");
		await far.runtime.wait(job.name, patience);
		await keeper.finish(job.name);
		return await store.written(job.name);
	};
	return { engine, job, copy, goOn };
}

test.skipIf(why !== null)(
	"a log goes on behind an engine that was killed while its container went on printing",
	needsOwnEngine,
	async () => {
		const { engine, job, goOn } = await heardOnAKilledEngine(
			"seq -f 'out %.0f' 5001 9000; seq -f 'err %.0f' 9000 >&2",
		);
		const written = await goOn();
		expectSame(written, numbered(9000));
		expectSame(written, await engineCopy(job.name, engine.host));
	},
);

test.skipIf(why !== null).for([
	["many lines follow", 9000],
	["few lines follow", 5002],
] as const)(
	"what an engine had told and not stored when it was killed is neither told twice nor mistaken for what came later: %s",
	needsOwnEngine,
	async ([, last]) => {
		const { copy, goOn } = await heardOnAKilledEngine(
			`seq -f 'out %.0f' 5001 ${last}`,
		);
		await forgetMessages(copy, 1200);
		const { stdout, stderr } = await goOn();
		expect(stdout.equals(numbered(last).stdout)).toBe(true);
		expect(String(stderr)).toMatch(/^berth: the engine does not have all/);
	},
);

/** Takes the last messages from a copy of the `local` driver: each is a size, so many bytes, and the size again. */
async function forgetMessages(file: string, count: number): Promise<void> {
	const copy = await readFile(file);
	let end = copy.length;
	for (let n = 0; n < count; n++) end -= copy.readUInt32BE(end - 4) + 8;
	await truncate(file, end);
}
