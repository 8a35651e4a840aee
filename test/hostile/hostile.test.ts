import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Home, openHome } from "../rig/berth-process.ts";
import { describeWithEngine } from "../rig/engine.ts";
import { FAMILIES } from "./families.ts";
import { leftOf, type Outcome, pattern, runFamily } from "./hostile-rig.ts";

let home: Home;

describeWithEngine("what a hostile task can try:", () => {
	beforeAll(async () => {
		home = await openHome({
			BERTH_RUNTIME: "docker",
			BERTH_PARALLEL: "3",
			DATABASE_PASSWORD: "hunter2",
		});
	});
	afterAll(() => home?.close());

	describe.each(FAMILIES)("$name", (family) => {
		let outcome: Outcome;
		beforeAll(async () => {
			outcome = await runFamily(home, family);
		}, 300_000);

		test.each(family.tasks)("$name", async (hostile) => {
			const { message, attempts } = outcome.task(hostile.name);
			const log = hostile.log ? await outcome.log(hostile.name) : "";
			console.log(
				`${hostile.name} tried to ${hostile.tries}.\n  Stopped by ${hostile.stoppedBy}.\n  ${message}\n  ${log.trim().slice(0, 200)}`,
			);
			expect(attempts.at(-1)?.ending).toBe(hostile.ending);
			expect(message).toMatch(pattern(hostile.says));
			expect(log).toMatch(pattern(hostile.log ?? ""));
		});

		test("publishes nothing of theirs, and leaves nothing on the engine", async () => {
			expect(await readdir(home.at("data", family.name))).toEqual(["victim"]);
			expect(await leftOf(home)).toBe("");
		});
	});
});
