import { stat } from "node:fs/promises";
import { BadConfig, type Config } from "./config.ts";

export interface User {
	readonly uid: number;
	readonly gid: number;
}

/** Whom tasks run as: BERTH_USER, else the data directory's owner, else 1000:1000 where that is root. */
export async function taskUser(config: Config): Promise<User> {
	const { uid, gid } = await stat(config.data);
	const owner = uid === 0 ? { uid: 1000, gid: 1000 } : { uid, gid };
	const user = config.user ?? owner;
	const self = process.getuid?.();
	if (self !== undefined && self !== 0 && self !== user.uid)
		throw new BadConfig(
			config.user
				? `BERTH_USER: berth runs as user ${self} and can start tasks as user ${user.uid} only when it is root, because it must give them their folders. Unset BERTH_USER, or start berth as root.`
				: `BERTH_DATA: ${config.data} belongs to user ${uid}, and berth runs as user ${self}. Make the folder yours (chown), or name another with BERTH_DATA.`,
		);
	return user;
}
