import { stat } from "node:fs/promises";

/** Who starts the service: ourselves, or where we are root, an ordinary user of no account who may use the engine's socket. */
export interface Somebody {
	readonly uid: number;
	/** What a command of theirs begins with. */
	readonly as: readonly string[];
	readonly env: NodeJS.ProcessEnv;
}

export async function somebody(home: string): Promise<Somebody> {
	const env = Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !name.startsWith("BERTH_")),
	);
	const self = process.getuid?.() ?? 0;
	if (self !== 0) return { uid: self, as: [], env };
	const { DOCKER_CONFIG: _roots, ...others } = env;
	const { gid } = await stat("/var/run/docker.sock");
	const become = [`--reuid=${ANYONE}`, `--regid=${ANYONE}`, `--groups=${gid}`];
	return {
		uid: ANYONE,
		as: ["setpriv", ...become, "--"],
		env: { ...others, HOME: home },
	};
}

const ANYONE = 4321;
