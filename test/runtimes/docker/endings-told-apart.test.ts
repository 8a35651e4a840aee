import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import type { Task } from "../../../orchestrator/model/plan.ts";
import { describeWithEngine } from "../../rig/engine.ts";
import { EngineOnDocker } from "../../rig/engine-on-docker.ts";
import { docker } from "./docker-rig.ts";
import { FakeRegistry } from "./fake-registry.ts";

let berth: EngineOnDocker;
beforeEach(() => {
	berth = new EngineOnDocker("unix:///var/run/docker.sock");
});
afterEach(() => berth.remove());

/** How the task's first attempt ended, and what was told of it. */
async function ending(task: Task) {
	const id = await berth.begin(task);
	await expect.poll(() => berth.rig.badEnds).not.toEqual([]);
	const [record] = (await berth.rig.detail(id)).tasks;
	berth.cancel(id);
	await berth.rig.settled(id);
	expect(await berth.containers()).toEqual([]);
	return {
		kind: record?.attempts[0]?.ending?.kind,
		told: berth.rig.badEnds[0],
	};
}

/** So that the second attempt does not come before the test is over. */
const retries = { times: 2, backoffMs: 600_000 };
const OWN = String.raw`Next attempt at \d\d:\d\d:\d\d UTC\.$`;
const LOST = String.raw`This does not use up a retry\. Next attempt at \d\d:\d\d:\d\d UTC \(1 of 8\)\.$`;
const told = (words: string, next: string) =>
	expect.stringMatching(new RegExp(`^${words}.* ${next}`));

describeWithEngine(
	"what is told of an attempt that ended, and what happens next",
	() => {
		test("another code than 0", async () => {
			expect(await ending(berth.shell("train", "exit 3", { retries }))).toEqual(
				{
					kind: "exited",
					told: told(
						String.raw`It exited with code 3 \(attempt 1 of 3\)\.`,
						OWN,
					),
				},
			);
		});

		test("out of memory", async () => {
			const hungry = `node -e 'for (const a = [];;) a.push(Buffer.alloc(1e6, 1))'`;
			const wall = { memoryBytes: 96 * 2 ** 20 };
			const task = berth.shell("train", `exec ${hungry}`, { retries, wall });
			expect(await ending(task)).toEqual({
				kind: "out-of-memory",
				told: told(
					String.raw`Task "train" ran out of memory at its limit of 96 MiB.*\(attempt 1 of 3\)\. Give it more`,
					OWN,
				),
			});
		});

		test("too long", async () => {
			const task = berth.shell("train", "exec sleep 60", {
				...{ retries, timeoutMs: 500 },
				work: { graceMs: 1_000 },
			});
			expect(await ending(task)).toEqual({
				kind: "timed-out",
				told: told(
					String.raw`It ran longer than its time-out of 500 ms and was stopped \(attempt 1 of 3\)\.`,
					OWN,
				),
			});
		});

		test("an image that its registry does not have, and one whose registry does not answer", async () => {
			const registry = await FakeRegistry.open("amd64");
			const image = `${registry.image}-not`;
			const task = berth.shell("train", "exit 0", { retries, work: { image } });
			expect(await ending(task)).toEqual({
				kind: "refused",
				told: told(
					String.raw`Image ".*" cannot be pulled: its registry has none of that name.*\(attempt 1 of 3\)`,
					OWN,
				),
			});
			onTestFinished(() => registry.close());
			registry.vanish();
			berth.rig.badEnds.length = 0;
			expect(await ending(task)).toEqual({
				kind: "refused",
				told: told('Image ".*" could not be pulled just now', LOST),
			});
		});

		test("a mount that is refused", async () => {
			const mounts = [{ source: "/no/such", target: "/x", readOnly: true }];
			const wall = { mounts };
			const task = berth.shell("train", "exit 0", { retries, wall });
			expect(await ending(task)).toEqual({
				kind: "refused",
				told: told(
					String.raw`Task "train" could not be started: the host has no /no/such to mount \(attempt 1 of 3\)\. Create it`,
					OWN,
				),
			});
		});

		test("a command that is not in the image", async () => {
			const work = { command: [], entrypoint: ["no-such-program"] };
			const task = berth.shell("train", "", { retries, work });
			expect(await ending(task)).toEqual({
				kind: "refused",
				told: told(
					'Task "train" could not be started: the command was not found in the image',
					OWN,
				),
			});
		});

		test("killed from outside, or removed", async () => {
			const end = async (...command: string[]) => {
				berth.rig.badEnds.length = 0;
				const ended = ending(berth.waiting("train", 0, { retries }));
				await expect.poll(() => docker("ps", "-q", ...OURS())).not.toBe("");
				const [id = ""] = await berth.containers();
				await docker(...command, id);
				return await ended;
			};
			const OURS = () => ["--filter", `label=dev.berth.data=${berth.data}`];
			expect(await end("kill")).toEqual({
				kind: "vanished",
				told: told(String.raw`It was ended from outside \(SIGKILL`, LOST),
			});
			expect(await end("rm", "-f")).toEqual({
				kind: "vanished",
				told: told(
					"(Its container .* is gone|It was ended from outside)",
					LOST,
				),
			});
		});
	},
);
