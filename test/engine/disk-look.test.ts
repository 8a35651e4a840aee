import { expect, test } from "vitest";
import type { Clock } from "../../orchestrator/engine/clock.ts";
import { watchDisk } from "../../orchestrator/engine/disk-watch.ts";
import type { ContainerName, Usage } from "../../orchestrator/model/words.ts";
import { noArtifacts } from "../rig/nowhere.ts";
import { aTask, instant } from "../rig/plans.ts";

const task = aTask("a");

/** What the watch says after these looks; later ones find nothing wrong, and after some of them it is told to stop. */
async function watched(...looks: readonly (Partial<Usage> | Error)[]) {
	const stop = new AbortController();
	let times = 0;
	const usage = async (): Promise<Usage> => {
		const look = looks[times++] ?? {};
		if (times > looks.length + 2) stop.abort(new Error("told to stop"));
		if (look instanceof Error) throw look;
		return { bytes: 0, shown: 0, entries: 0, closed: null, ...look };
	};
	const clock: Clock = {
		now: () => instant(0),
		sleepUntil: async (_until, signal) => signal.throwIfAborted(),
	};
	const said = await watchDisk(
		{ artifacts: { ...noArtifacts, usage }, clock },
		{ name: "a" as ContainerName, task },
		stop.signal,
	).catch((error: Error) => error.message);
	return { said, times };
}

const closed = { closed: '"/out/data/x"' };

test("a folder that is closed for one look is let be, and one that stays so is not", async () => {
	expect(await watched(closed, {}, closed)).toMatchObject({
		said: "told to stop",
	});
	expect(await watched(closed, closed)).toEqual({
		said: expect.stringContaining('nobody can look into, "/out/data/x"'),
		times: 2,
	});
});

test("a look that fails ends nothing: there is another one", async () => {
	const failed = Object.assign(new Error("EMFILE"), { code: "EMFILE" });
	expect(await watched(failed, failed)).toMatchObject({ said: "told to stop" });
	expect(await watched(failed, { bytes: 2 ** 30 + 1 })).toEqual({
		said: expect.stringContaining("above its limit of 1 GiB"),
		times: 2,
	});
});
