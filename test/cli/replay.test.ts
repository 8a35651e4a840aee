import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ReplayView } from "../../orchestrator/api/replaying.ts";
import type { RunView } from "../../orchestrator/api/views.ts";
import { aHome, type Home } from "../rig/berth-process.ts";
import { describeWithEngine } from "../rig/engine.ts";

const BASE = "node:24-bookworm-slim";

const docker = (...args: string[]): string =>
	execFileSync("docker", args, { stdio: "pipe" }).toString().trim();

/** A folder of images with one image, whose tasks write down what it holds. */
async function withImage() {
	const home = await aHome({ BERTH_RUNTIME: "docker" });
	const name = `test-replay-${randomBytes(5).toString("hex")}`;
	const again = `berth/${name}-again`;
	const built = new Set<string>([`berth/${name}`, again]);
	onTestFinished(() => {
		for (const image of built)
			try {
				docker("rmi", "-f", image);
			} catch {
				// It is gone already.
			}
	});
	await home.pipeline(
		"says",
		`container("say", { image: "${name}", command: ["sh", "-c", 'cp /words "$BERTH_OUT/it/words"'], out: { it: "said" } });`,
	);
	/** Another test's image of the same contents would be as good to replay with. */
	const only = (words: string): string => `${words} of ${name}`;
	/** Have the image hold these words; answers with the engine's id for it. */
	const put = async (words: string): Promise<string> => {
		await home.write(`images/${name}/words`, only(words));
		await home.write(
			`images/${name}/Dockerfile`,
			`FROM ${BASE}\nCOPY words /words\n`,
		);
		expect(await home.berth("images", "build", name)).toMatchObject({
			code: 0,
		});
		const id = docker("inspect", "-f", "{{.Id}}", `berth/${name}`);
		built.add(id);
		return id;
	};
	/** The same contents under another id: a label is no part of what an image does. */
	const putAgain = async (words: string): Promise<void> => {
		await home.write(`images/${name}-again/words`, only(words));
		await home.write(
			`images/${name}-again/Dockerfile`,
			`FROM ${BASE}\nCOPY words /words\nLABEL another=one\n`,
		);
		await home.berth("images", "build", `${name}-again`);
	};
	return { home, put, putAgain, again, name };
}

async function ran(home: Home, pipeline: string): Promise<RunView> {
	const run = await home.berth("run", pipeline, "--json");
	expect(run).toMatchObject({ code: 0 });
	return JSON.parse(run.stdout) as RunView;
}

async function replayed(home: Home, run: RunView) {
	const { code, stdout, stderr } = await home.berth("replay", run.id, "--json");
	if (stdout === "") throw new Error(stderr);
	return { code, view: JSON.parse(stdout) as ReplayView };
}

describeWithEngine("a run from before its image was rebuilt", () => {
	test("is replayed with the image of then and comes out the same, or it is said that the image is gone", async () => {
		const { home, put, putAgain, again, name } = await withImage();
		const old = await put("one");
		const first = await ran(home, "says");
		await putAgain("one");
		const rebuilt = await put("two");
		expect(rebuilt).not.toBe(old);
		await ran(home, "says");

		const byId = await replayed(home, first);
		expect(byId).toMatchObject({
			code: 0,
			view: { of: first.id, identical: true },
		});
		expect(await readFile(home.at("data/said/words"), "utf8")).toBe(
			`two of ${name}`,
		);
		expect(await home.berth("show", byId.view.run)).toMatchObject({
			stdout: expect.stringMatching(
				new RegExp(`Replays +${first.id}[^]*Verdict +identical`),
			),
		});

		docker("rmi", "-f", old);
		expect(await replayed(home, first)).toMatchObject({
			code: 0,
			view: { identical: true },
		});

		docker("rmi", "-f", again);
		const { code, view } = await replayed(home, first);
		expect(code).toBe(1);
		expect(view).toMatchObject({
			identical: false,
			tasks: [{ name: "say", outcome: "impossible" }],
		});
		const message = view.tasks[0]?.message ?? "";
		expect(message).toContain(`"${name}" was ${old}`);
		expect(message).toContain(
			`"berth/${name}" is another image now (${rebuilt}`,
		);
		expect(message).toContain("cannot be replayed");
		expect(docker("inspect", "-f", "{{.Id}}", `berth/${name}`)).toBe(rebuilt);
	});
});

describe("a replay", () => {
	test("goes on after everybody who worked at it was killed", async () => {
		const home = await aHome();
		const file = home.at("go");
		await home.write("go", "");
		await home.pipeline(
			"waits",
			`const a = tool("write", ["write", "it"], { out: { it: "it" } });
	tool("wait", ["until", "${file}"], { after: [a] });`,
		);
		const first = await ran(home, "waits");
		await rm(file);
		const up = home.start(["up"]);
		await up.says(/berth answers/);
		const replay = home.start(["replay", first.id]);
		const [, id = ""] = await replay.says(/Run (\S+@\S+)\n/);
		await replay.says(/wait +running/);
		replay.kill("SIGKILL");
		up.kill("SIGKILL");
		await Promise.all([replay.ended, up.ended]);
		const second = home.start(["up"]);
		await second.says(/berth answers/);
		await home.write("go", "");
		await home.berth("logs", "-f", id, "wait");
		const watching = home.start(["replay", id, "--only", "write"]);
		expect(await watching.ended).toMatchObject({ code: 0 });
		const { tasks, status } = await home.json<RunView>("show", id);
		expect(status).toBe("succeeded");
		expect(tasks.map(({ attempts }) => attempts.length)).toEqual([1, 1]);
		expect(await home.berth("show", id)).toMatchObject({
			stdout: expect.stringMatching(/Verdict +identical/),
		});
		second.kill("SIGTERM");
		await second.ended;
	});

	test("is refused for what is no run, no task, or nothing that can be done again", async () => {
		const home = await aHome();
		await home.pipeline("fails", `tool("bad", ["exit", "3"]);`);
		await home.berth("run", "fails");
		expect(await home.berth("replay", "fails")).toMatchObject({
			code: 1,
			stderr: expect.stringContaining("There is nothing to replay in run"),
		});
		expect(await home.berth("replay", "fails", "--only", "good")).toMatchObject(
			{
				code: 2,
				stderr: expect.stringContaining('has no task "good"'),
			},
		);
	});
});
