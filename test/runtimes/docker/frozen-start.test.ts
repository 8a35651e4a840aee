import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
	type FirstStart,
	type Job,
	type Refusal,
	RuntimeUnreachable,
	type Started,
} from "../../../orchestrator/runtimes/port.ts";
import {
	type OwnEngine,
	startOwnEngine,
	whyNoOwnEngine,
} from "../../rig/own-engine.ts";
import { patience } from "../contract-rig.ts";
import {
	type DockerRig,
	dockerRig,
	IMAGE,
	untilAnswered,
} from "./docker-rig.ts";

const why = whyNoOwnEngine();

describe.skipIf(why !== null)(
	"an engine that hangs when a start is asked for",
	{ timeout: 300_000, ...(why ? { meta: { skippedBecause: why } } : {}) },
	() => {
		let engine: OwnEngine;
		let rig: DockerRig;
		beforeAll(async () => {
			engine = await startOwnEngine({ images: [IMAGE] });
			rig = await dockerRig(
				{ DOCKER_HOST: engine.host },
				{ answerMs: 1_500, quietMs: 60_000 },
			);
		});
		afterAll(async () => {
			await rig?.close();
			await engine?.close();
		});

		const launch = (
			job: Job,
			first: FirstStart,
		): Promise<Started | Refusal | null> =>
			rig.runtime.launch(job, patience, first).catch((error: unknown) => {
				if (error instanceof RuntimeUnreachable) return null;
				throw error;
			});

		test.each([1, 2, 3])(
			"and goes on when it is asked again never runs the program twice (%i)",
			async () => {
				const job = rig.shell("echo x >> /out/hand/ledger");
				let isFrozen = false;
				const ask = async () => {
					isFrozen = true;
					engine.freeze();
				};
				while (!isFrozen)
					expect(await launch(job, { wasAsked: false, ask })).toBeNull();
				const again = { wasAsked: true, ask: async () => undefined };
				const relaunch = launch(job, again);
				engine.resume();
				let outcome = await relaunch;
				while (!outcome) outcome = await launch(job, again);
				if (outcome.kind === "started")
					expect(
						await untilAnswered(() => rig.runtime.wait(job.name, patience)),
					).toMatchObject({ kind: "exited", code: 0 });
				else expect(outcome.lost).toBe(true);
				// Whatever the engine still had to do is done once it has removed it.
				await untilAnswered(() => rig.runtime.remove(job.name));
				const ledger = rig.hand(job, "ledger");
				const lines = existsSync(ledger) ? readFileSync(ledger, "utf8") : "";
				expect(lines).toBe(outcome.kind === "started" ? "x\n" : "");
				expect(await engine.docker("ps", "-aq")).toBe("");
			},
		);
	},
);
