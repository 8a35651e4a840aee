import { serve } from "../api/server.ts";
import { type Owned, own, type Told } from "../compose.ts";
import { BadConfig, berthFolder, type Config } from "../config.ts";
import type { LoadingProcess } from "../define/loading-process.ts";
import { VERSION } from "../version.ts";
import { holdBundle } from "./hold-bundle.ts";
import type { Reached } from "./reach.ts";
import { talk } from "./talk.ts";

/** Own the data directory and serve its API. Null when somebody else does. */
export async function becomeOwner(
	config: Config,
	{ told = talking, planner }: Help = {},
): Promise<OwnerReached | null> {
	const owned = await own(config, told, planner);
	if (!owned) return null;
	const served = await serve(owned.berth, {
		folder: berthFolder(config),
		...config.listen,
		version: VERSION,
	}).catch(async (error: NodeJS.ErrnoException) => {
		await owned.close();
		if (error.syscall !== "listen") throw error;
		const { host, port } = config.listen;
		throw new BadConfig(
			`BERTH_LISTEN: berth cannot listen at ${host}:${port} (${error.code}). Name an address of this machine and a port that is free, or unset it.`,
		);
	});
	const letGo = holdBundle();
	return {
		berth: owned.berth,
		owned,
		address: served.address,
		warm: () => served.warm(),
		close: async () => {
			letGo();
			await served.close();
			await owned.close();
		},
	};
}

interface OwnerReached extends Reached {
	readonly owned: Owned;
	readonly address: string;
	/** Loads what answers others before they ask. */
	readonly warm: () => Promise<void>;
}

interface Help {
	readonly told?: Told;
	/** Started for what will be planned. */
	readonly planner?: LoadingProcess | undefined;
}

const talking: Told = {
	onTrouble: talk,
	onNews: talk,
	onBadEnd: () => undefined,
	onFatal: (error) => {
		talk(
			`Stopping, because of a mistake of berth's own: ${(error as Error).stack ?? String(error)}`,
		);
		process.exit(1);
	},
};
