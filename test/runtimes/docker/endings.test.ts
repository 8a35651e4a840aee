import { describe, expect, test } from "vitest";
import type { Instant } from "../../../orchestrator/model/words.ts";
import { Container } from "../../../orchestrator/runtimes/docker/container.ts";
import { ending } from "../../../orchestrator/runtimes/docker/endings.ts";
import { startRefusal } from "../../../orchestrator/runtimes/docker/refusals.ts";

const started = Date.parse("2026-11-21T10:00:00.123Z") as Instant;
const finished = Date.parse("2026-11-21T10:05:00.456Z") as Instant;

const aContainer = (state: object): Container =>
	Container.parse({
		Id: "0123",
		Name: "/berth-abc-train-1",
		State: {
			Status: "exited",
			Running: false,
			OOMKilled: false,
			ExitCode: 0,
			Error: "",
			StartedAt: "2026-11-21T10:00:00.123456789Z",
			FinishedAt: "2026-11-21T10:05:00.456Z",
			...state,
		},
		Config: { Labels: { "dev.berth.task": "train" } },
		HostConfig: { Memory: 1.5 * 2 ** 30 },
	});

const calm = { asked: null, seen: true, lastWords: null, peak: null };
const now = (finished + 1000) as Instant;
const endOf = (state: object, circumstances: object = {}) =>
	ending(aContainer(state), now, { ...calm, ...circumstances });

describe("how a container ended", () => {
	test("an exit has the engine's own times", () => {
		expect(endOf({ ExitCode: 7 })).toEqual({
			kind: "exited",
			code: 7,
			started,
			at: finished,
			warning: null,
		});
	});

	test("what has ended before the engine noted its start has ended at its start", () => {
		const FinishedAt = "2026-11-21T10:00:00.122Z";
		expect(endOf({ FinishedAt })).toMatchObject({ started, at: started });
	});

	test("out of memory names the limit and the cure", () => {
		expect(endOf({ OOMKilled: true, ExitCode: 137 })).toEqual({
			kind: "ended",
			at: finished,
			ending: {
				kind: "out-of-memory",
				code: 137,
				message: expect.stringMatching(/"train".*1\.5 GiB.*`memory`/),
			},
		});
	});

	test("and the most that it was seen to use, if anybody looked", () => {
		const state = { OOMKilled: true, ExitCode: 137 };
		const bytes = 96.5 * 2 ** 20;
		const messageAfter = (ms: number): unknown =>
			endOf(state, { peak: { bytes, at: finished - ms } });
		expect(messageAfter(8_300)).toHaveProperty(
			"ending.message",
			expect.stringContaining(
				"limit of 1.5 GiB; the most that it was seen to use was 96.5 MiB, 8 s before its end. Give",
			),
		);
		expect(messageAfter(-20)).toHaveProperty(
			"ending.message",
			expect.stringContaining("1 s before its end"),
		);
	});

	test("a child's is a warning when the program went well", () => {
		expect(endOf({ OOMKilled: true })).toMatchObject({
			code: 0,
			warning: expect.stringContaining("1.5 GiB"),
		});
	});

	test.each([
		[137, "SIGKILL"],
		[143, "SIGTERM"],
	])(
		"%i is an end from outside, unless we had asked for it",
		(ExitCode, signal) => {
			expect(endOf({ ExitCode })).toMatchObject({
				ending: { kind: "vanished", message: expect.stringContaining(signal) },
			});
			expect(endOf({ ExitCode }, { asked: finished })).toMatchObject({
				kind: "exited",
				code: ExitCode,
			});
			expect(endOf({ ExitCode }, { asked: now })).toMatchObject({
				ending: { kind: "vanished" },
			});
		},
	);

	test("255 is the program's own when the engine saw it end", () => {
		expect(endOf({ ExitCode: 255 })).toMatchObject({ code: 255 });
		expect(endOf({ ExitCode: 255 }, { seen: false })).toMatchObject({
			ending: { kind: "vanished" },
		});
	});

	test("a start that failed is a refusal, also when it is found later", () => {
		const never = { Status: "created", StartedAt: "0001-01-01T00:00:00Z" };
		const words = 'exec: "nope": executable file not found in $PATH';
		expect(endOf({ ...never, ExitCode: 127, Error: words })).toMatchObject({
			at: now,
			ending: { kind: "refused", lost: false },
		});
		expect(endOf(never)).toMatchObject({ ending: { kind: "vanished" } });
	});

	test("docker-init's last words tell of a command that is not there", () => {
		const lastWords =
			"[FATAL tini (7)] exec nope failed: No such file or directory";
		expect(endOf({ ExitCode: 127 }, { lastWords })).toMatchObject({
			ending: { kind: "refused", message: expect.stringContaining("nope") },
		});
		expect(endOf({ ExitCode: 127 }, { lastWords: "sh: nope" })).toMatchObject({
			kind: "exited",
			code: 127,
		});
	});
});

test.each([
	["write /x: no space left on device", "disk is full", true],
	["No such image: sha256:00", "somebody removed it", true],
	[
		'invalid mount config for type "bind": bind source path does not exist: /a',
		"the host has no /a to mount",
		false,
	],
	[
		"error mounting /a to rootfs at /b: not a directory: Are you trying to mount a directory onto a file",
		"a folder was to be mounted onto a file",
		false,
	],
	["network lab not found", "docker network create", false],
	[
		'could not select device driver "" with capabilities: [[gpu]]',
		"NVIDIA Container Toolkit",
		false,
	],
	["something else", "the engine said: something else", true],
	[
		"fork/exec /proc/self/exe: resource temporarily unavailable",
		"no room",
		true,
	],
	["fork/exec /usr/bin/runc: cannot allocate memory", "no room", true],
	[
		"could not find an available, non-overlapping IPv4 address pool",
		"no room",
		true,
	],
	["context deadline exceeded", "no room", true],
	[
		"container init was OOM-killed (memory limit too low?)",
		"Raise the task",
		false,
	],
])("the engine's words %j become a sentence", (words, sentence, lost) => {
	expect(startRefusal("train", words)).toEqual({
		kind: "refused",
		lost,
		message: expect.stringContaining(sentence),
	});
});

test("what the engine refuses as wrong, and not as its own trouble, is the task's", () => {
	expect(startRefusal("train", "something else", 400).lost).toBe(false);
});
