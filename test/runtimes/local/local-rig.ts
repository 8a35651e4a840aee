import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imageKey } from "../../../orchestrator/runtimes/local/image-key.ts";
import type { LocalRuntime } from "../../../orchestrator/runtimes/local/local-runtime.ts";
import type { RuntimeRig } from "../contract-rig.ts";
import { LocalRig } from "./rig.ts";

/** Contract tests on plain processes. Reconnecting is opening the folder again: nothing is kept in memory. */
export async function localRig(): Promise<RuntimeRig> {
	const rig = new LocalRig();
	const image = join(rig.images, "act");
	mkdirSync(image, { recursive: true });
	const act = join(import.meta.dirname, "../act.mjs");
	copyFileSync(act, join(image, "act.mjs"));
	writeFileSync(join(image, "package.json"), '{"bin":"act.mjs"}');
	const key = await imageKey(image);
	const handOf = (name: string) => join(rig.root, "hands", name);
	let runtime: LocalRuntime = await rig.open();
	return {
		get runtime() {
			return runtime;
		},
		reconnect: async () => {
			runtime = await rig.open();
			return runtime;
		},
		job: (steps, change = {}) => {
			const job = rig.job([JSON.stringify(steps)]);
			const source = handOf(job.name);
			mkdirSync(source, { recursive: true });
			const mounts = [{ source, target: "/out/hand", readOnly: false }];
			return { ...job, image: { id: image, key }, mounts, ...change };
		},
		hand: (job, file) => join(handOf(job.name), file),
		missingImage: "no-such-image:1",
		hasWall: false,
		strew: async () => [],
		leftovers: async () => readdirSync(rig.folder),
		close: () => rig.clear(),
	};
}
