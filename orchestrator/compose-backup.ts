import { existsSync, realpathSync } from "node:fs";
import { lchown } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import {
	type Followed,
	followPublications,
} from "./artifacts/follow-publications.ts";
import { makeFolder } from "./compose-machine.ts";
import { berthFolder, type Config } from "./config.ts";
import { adoptInstance, instanceOf } from "./store/instance.ts";
import { Unusable } from "./store/port.ts";
import {
	type BackupNote,
	backUp,
	type Holdings,
} from "./store/sqlite/backup.ts";
import { acquireOwnership } from "./store/sqlite/owner-lock.ts";
import { putBack, readBackup } from "./store/sqlite/restore.ts";
import { openStore } from "./store/sqlite/sqlite-store.ts";
import { taskUser, type User } from "./task-user.ts";
import { VERSION } from "./version.ts";

/** Copy what berth remembers into one file, also while an owner is at work. */
export async function backup(
	config: Config,
	wish: { readonly file: string; readonly force: boolean },
): Promise<BackupNote & Holdings & { readonly file: string }> {
	const folder = berthFolder(config);
	const database = databaseIn(folder);
	const file = placeFor(wish.file, folder);
	if (!existsSync(database))
		throw new Unusable(
			`Nothing was ever run in ${config.data}, so there is nothing to back up. Name another folder with BERTH_DATA.`,
		);
	if (existsSync(file) && !wish.force)
		throw new Unusable(
			`${file} is there already. Name another file, or replace it with --force; it stays until the new backup is whole.`,
		);
	const note: BackupNote = {
		instance: instanceOf(folder),
		data: config.data,
		madeAt: Date.now(),
		version: VERSION,
	};
	return { file, ...note, ...(await backUp(database, file, note)) };
}

/** Put a backup in the place of what berth remembers now, and bring published paths in line with it. */
export async function restore(
	config: Config,
	file: string,
): Promise<
	BackupNote & Holdings & Followed & { readonly kept: string | null }
> {
	const note = readBackup(resolve(file));
	await makeFolder(config.data);
	const folder = berthFolder(config);
	const ownership = acquireOwnership(folder);
	if (!ownership)
		throw new Unusable(
			`A berth owns ${config.data} and is at work. Stop it first (containers go on, and are adopted at its next start), then restore.`,
		);
	try {
		const user = await taskUser(config);
		adoptInstance(folder, note.instance, resolve(file));
		const at = new Date().toISOString().replaceAll(/[-:.]/g, "");
		const kept = putBack(resolve(file), databaseIn(folder), {
			suffix: at,
			user: process.getuid?.() === 0 ? user : null,
		});
		if (process.getuid?.() === 0) await handOver(folder, user);
		const store = openStore(databaseIn(folder));
		try {
			const { data } = config;
			const parts = { data, publications: store, user };
			return { ...note, ...(await followPublications(parts)), kept };
		} finally {
			store.close();
		}
	} finally {
		ownership.release();
	}
}

/** What root made on the way is the user's, like everything in there. */
async function handOver(folder: string, { uid, gid }: User): Promise<void> {
	await lchown(folder, uid, gid);
	for (const name of ["instance", "owner.db", "owner.db-journal"])
		if (existsSync(join(folder, name)))
			await lchown(join(folder, name), uid, gid);
}

const databaseIn = (folder: string): string => join(folder, "berth.db");

/** Never among what berth keeps for itself, where it would replace something, or be taken for it. */
function placeFor(wish: string, folder: string): string {
	const file = resolve(wish);
	if (!existsSync(dirname(file)))
		throw new Unusable(
			`There is no folder ${dirname(file)} for the backup. Make it, or name another file.`,
		);
	const place = join(realpathSync(dirname(file)), basename(file));
	const own = existsSync(folder) ? realpathSync(folder) : folder;
	if (!relative(own, place).startsWith(".."))
		throw new Unusable(
			`A backup cannot lie in ${folder}: what is there is berth's own, and is lost with it. Name a file elsewhere, best on another disk.`,
		);
	return file;
}
