import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { usageIn } from "../../orchestrator/artifacts/usage.ts";
import { inBytes } from "../../orchestrator/model/quantities.ts";
import { type Home, openHome } from "../rig/berth-process.ts";
import { describeWithEngine } from "../rig/engine.ts";
import { FAMILIES } from "./families.ts";
import { leftOf, type Outcome, pattern, runFamily } from "./hostile-rig.ts";

const MIB = 2 ** 20;
/** A log may be millions of lines. */
const ends = (log: string): string =>
	`${log.slice(0, 500)} … ${log.slice(-500)}`;

let home: Home;

describeWithEngine("what a hostile task can try:", () => {
	beforeAll(async () => {
		home = await openHome({
			BERTH_RUNTIME: "docker",
			BERTH_PARALLEL: "3",
			BERTH_LOG_LIMIT: "8m",
			DATABASE_PASSWORD: "hunter2",
		});
	});
	afterAll(() => home?.close());

	describe.each(FAMILIES)("$name", (family) => {
		let outcome: Outcome;
		beforeAll(async () => {
			outcome = await runFamily(home, family);
		});

		test.each(family.tasks)("$name", async (hostile) => {
			const { message, attempts } = outcome.task(hostile.name);
			const log = hostile.log ? await outcome.log(hostile.name) : "";
			console.log(
				`${hostile.name} tried to ${hostile.tries}.\n  Stopped by ${hostile.stoppedBy}.\n  ${message}\n  ${log.trim().slice(0, 200)}`,
			);
			expect(attempts.at(-1)?.ending).toBe(hostile.ending);
			expect(message).toMatch(pattern(hostile.says));
			expect(pattern(hostile.log ?? "").test(log), ends(log)).toBe(true);
		});

		test("publishes nothing of theirs, and leaves nothing on the engine", async () => {
			expect(await readdir(home.at("data", family.name))).toEqual(["victim"]);
			expect(await leftOf(home)).toBe("");
		});

		test("harms berth neither by memory nor by disk", () => {
			const logs = usageIn(home.at("data/.berth/logs"), 100_000).bytes;
			console.log(
				`${family.name}: berth took ${inBytes(outcome.peakBytes)}, all logs ${inBytes(logs)}`,
			);
			expect(outcome.peakBytes).toBeGreaterThan(30 * MIB);
			expect(outcome.peakBytes).toBeLessThan(400 * MIB);
			expect(logs).toBeLessThan(32 * MIB);
		});
	});
});
