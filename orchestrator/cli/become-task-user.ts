import { accessSync, constants, statSync } from "node:fs";
import { BadConfig, type Config } from "../config.ts";
import { taskUser, type User } from "../task-user.ts";
import { handOver } from "./hand-over.ts";

/** Give the data over and become the task user, for good; the engine's socket stays within reach. Nothing to do for whoever is not root. */
export async function becomeTaskUser(
	config: Config,
	env: NodeJS.ProcessEnv,
): Promise<void> {
	if (process.getuid?.() !== 0) return;
	const user = await taskUser(config);
	if (user.uid === 0) return; // BERTH_USER=0 asks for it: with a rootless engine, root is whoever started the engine
	await handOver(config.data, user);
	process.setgroups?.([user.gid, ...socketGroup(env)]);
	process.setgid?.(user.gid);
	process.setuid?.(user.uid);
	process.env.HOME = "/tmp"; // root's is closed to us now
	mustWrite(config, user);
}

/** The group of the engine's socket, where that is a file. */
function socketGroup({ DOCKER_HOST }: NodeJS.ProcessEnv): readonly number[] {
	const socket = DOCKER_HOST
		? /^unix:\/\/(.+)$/.exec(DOCKER_HOST)?.[1]
		: "/var/run/docker.sock";
	const stats =
		socket === undefined
			? undefined
			: statSync(socket, { throwIfNoEntry: false });
	return stats ? [stats.gid] : [];
}

function mustWrite({ data }: Config, { uid, gid }: User): void {
	try {
		accessSync(data, constants.W_OK);
	} catch {
		throw new BadConfig(
			`BERTH_USER: user ${uid}:${gid} may not write in the data directory, ${data} in this container. Give the folder to that user (chown ${uid}:${gid} on the host), or unset BERTH_USER to run tasks as the folder's owner.`,
		);
	}
}
