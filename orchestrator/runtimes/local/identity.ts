import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** One process, for good: a pid alone comes back for another one. */
export interface Identity {
	readonly pid: number;
	/** Which boot of the machine, and when in it the process began. */
	readonly start: string;
}

/** Who has this pid now; null when nobody has it, or only a zombie that nobody has buried yet. */
export function identify(pid: number): Identity | null {
	const start =
		process.platform === "linux" ? startOnLinux(pid) : startByPs(pid);
	return start === null ? null : { pid, start };
}

/** Does this very process still run? */
export const isAlive = ({ pid, start }: Identity): boolean =>
	identify(pid)?.start === start;

/** Signals a leader's whole group, also once the leader itself is gone; never a stranger's group. False when there is nobody left. */
export function signalGroup(
	leader: Identity,
	signal: NodeJS.Signals | 0,
): boolean {
	const now = identify(leader.pid);
	if (now ? now.start !== leader.start : !isOfThisBoot(leader)) return false;
	try {
		process.kill(-leader.pid, signal);
		return true;
	} catch {
		return false; // ESRCH, or EPERM: a group that is not ours any more
	}
}

/** Linux keeps a pid from being given out again while a group of that number has members, but counts from 1 after a boot. */
const isOfThisBoot = ({ start }: Identity): boolean =>
	process.platform !== "linux" || start.startsWith(`${bootId()}/`);

function startOnLinux(pid: number): string | null {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
		// The name in parentheses may hold anything, so count from its end: the state comes first, the start time is the 20th.
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		if (fields[0] === "Z" || fields[0] === "X") return null;
		return `${bootId()}/${fields[19]}`;
	} catch {
		return null;
	}
}

let boot: string | undefined;
function bootId(): string {
	boot ??= readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
	return boot;
}

function startByPs(pid: number): string | null {
	try {
		const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", `${pid}`], {
			encoding: "utf8",
			stdio: ["ignore", "pipe", "ignore"],
			env: { PATH: "/bin:/usr/bin", LC_ALL: "C", TZ: "UTC" },
		}).trim();
		const [, state, start] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
		return start && !state?.startsWith("Z") ? start : null;
	} catch {
		return null;
	}
}
