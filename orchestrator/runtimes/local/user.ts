import type { Job, Refusal } from "../port.ts";
import { refused } from "./refusal.ts";

/** Whose rights the program gets; null means ours. Only root can hand its own to another. */
export function userOf({
	task,
	user,
}: Job): { readonly uid: number; readonly gid: number } | null | Refusal {
	const [, uid, gid = uid] = /^(\d+)(?::(\d+))?$/.exec(user) ?? [];
	if (uid === undefined)
		return refused(
			`Task "${task}" wants to run as user "${user}". Without Docker a user is numbers, such as 1000:1000. Use those, or start a Docker engine.`,
		);
	const wanted = { uid: Number(uid), gid: Number(gid) };
	if (wanted.uid === process.getuid?.() && isOurGroup(wanted.gid)) return null;
	if (process.getuid?.() === 0) return wanted;
	return refused(
		`Task "${task}" wants to run as user ${user}, and berth runs as ${process.getuid?.()}:${process.getgid?.()}, which may not become another. Leave out user, start berth as root, or start a Docker engine.`,
	);
}

const isOurGroup = (gid: number): boolean =>
	gid === process.getgid?.() ||
	(process.getuid?.() !== 0 && (process.getgroups?.() ?? []).includes(gid));
