import type { Berth } from "./api/berth.ts";
import { staying } from "./api/gone.ts";
import { status } from "./api/status.ts";
import { FileArtifacts } from "./artifacts/file-artifacts.ts";
import { wishOf } from "./compose-machine.ts";
import { catalogueOf } from "./compose-reading.ts";
import type { Config } from "./config.ts";
import { systemClock as clock } from "./engine/clock.ts";
import { foresee } from "./engine/foresee.ts";
import { chooseRuntime } from "./runtimes/choose.ts";
import { WorldSensors } from "./sensors/world-sensors.ts";
import { openStore } from "./store/sqlite/sqlite-store.ts";

/** Says what a run would do where nothing was ever stored. Nothing is made for it. */
export async function foreseeAnew(config: Config): Promise<Foreseer> {
	const store = openStore(":memory:");
	const catalogue = catalogueOf(config);
	const { runtime } = await chooseRuntime({
		...wishOf(config, NOBODY),
		looksOnly: true,
		onPlace: () => undefined,
	});
	const artifacts = new FileArtifacts({
		data: config.data,
		publications: store,
		hashes: store,
		user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
	});
	const sensors = new WorldSensors({ artifacts, publications: store, clock });
	const { now } = clock;
	const stored = { results: store, publications: store, instance: NOBODY, now };
	const parts = { artifacts, runtime, sensors, ...stored };
	return {
		berth: {
			status: (request, signal = staying()) =>
				status(
					{
						catalogue,
						store,
						artifacts,
						now,
						signal,
						foresee: (plan, until) => foresee(plan, parts, until),
					},
					request,
				),
		},
		close: async () => {
			await catalogue.close();
			await runtime.close();
			store.close();
		},
	};
}

export interface Foreseer {
	readonly berth: Pick<Berth, "status">;
	readonly close: () => Promise<void>;
}

/** Instead of an instance, where there is none yet. */
const NOBODY = "unborn";
