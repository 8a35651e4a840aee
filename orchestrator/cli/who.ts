import { userInfo } from "node:os";

/** Who is asking, for the history: the account, unless `BERTH_BY` says who it is. */
export function whoAsks(env: NodeJS.ProcessEnv = process.env): {
	readonly by: string;
} {
	const said = (env.BERTH_BY ?? "").replace(/\p{C}/gu, "").slice(0, 100);
	return { by: said || accountName() };
}

/** In a container the account may have no name. */
function accountName(): string {
	try {
		return userInfo().username;
	} catch {
		return `user ${process.getuid?.() ?? "unknown"}`;
	}
}
