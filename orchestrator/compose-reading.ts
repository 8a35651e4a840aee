import { join } from "node:path";
import { ReadOnly } from "./api/reading.ts";
import { FileArtifacts } from "./artifacts/file-artifacts.ts";
import { berthFolder, type Config, databaseOf, wasEverUsed } from "./config.ts";
import { FolderCatalogue } from "./define/catalogue.ts";
import type { LoadingProcess } from "./define/loading-process.ts";
import { systemClock } from "./engine/clock.ts";
import { instanceOf } from "./store/instance.ts";
import { LogFiles } from "./store/log-files.ts";
import { openStore } from "./store/sqlite/sqlite-store.ts";

/** Reads a data directory that has no owner now. Null when nothing was ever stored there. */
export function read(config: Config): ReadOnly | null {
	if (!wasEverUsed(config)) return null;
	const store = openStore(databaseOf(config), { readonly: true });
	const catalogue = catalogueOf(config);
	const artifacts = new FileArtifacts({
		data: config.data,
		publications: store,
		// Only who owns the directory may remember more.
		hashes: {
			knownHashes: (paths) => store.knownHashes(paths),
			rememberHashes: async () => undefined,
			forgetHashes: async () => 0,
		},
		user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
	});
	const parts = {
		store,
		artifacts,
		catalogue,
		logs: logsOf(config),
		instance: instanceOf(berthFolder(config)),
		now: systemClock.now,
	};
	return new ReadOnly(parts, async () => {
		await catalogue.close();
		store.close();
	});
}

export const catalogueOf = (
	{ pipelines, zone }: Config,
	ready?: LoadingProcess,
): FolderCatalogue => new FolderCatalogue({ folder: pipelines, zone, ready });

export const logsOf = (config: Config): LogFiles =>
	new LogFiles(join(berthFolder(config), "logs"), config.logBytes);
