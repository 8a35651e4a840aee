import type { Family, HostileTask } from "./hostile-task.ts";

/** It meets the wall by itself, and fails by its own program's words. */
const meets = (
	name: string,
	tries: string,
	{
		script,
		log,
		stoppedBy,
	}: Pick<HostileTask, "script" | "stoppedBy"> & { log: string },
): HostileTask => ({
	name,
	tries,
	script,
	stoppedBy,
	ending: "exited",
	says: "It exited with code …",
	log,
});

const READ_ONLY = "the root of its file system, which is read-only";
const INPUT = "the mount of the input, which is read-only";
const NOT_THERE = "the wall: it is not there";
const NO_RIGHTS = "no capabilities, and no new privileges";

/** Reaching what it was not given. */
export const WALL: Family = {
	name: "wall",
	tasks: [
		meets("elsewhere", "write where it has no output", {
			script: "touch /etc/x /usr/x /out/x /in/x /x",
			stoppedBy: READ_ONLY,
			log: "touch: cannot touch '/etc/x': Read-only file system\ntouch: cannot touch '/usr/x': Read-only file system\ntouch: cannot touch '/out/x': Read-only file system\ntouch: cannot touch '/in/x': Read-only file system\ntouch: cannot touch '/x': Read-only file system",
		}),
		meets("input", "change its input, which is another task's output", {
			script: "echo mine > /in/victim/data",
			stoppedBy: INPUT,
			log: "cannot create /in/victim/data: Read-only file system",
		}),
		meets("input-mode", "make its input writable", {
			script: "exec chmod u+w /in/victim/data",
			stoppedBy: INPUT,
			log: "chmod: changing permissions of '/in/victim/data': Read-only file system",
		}),
		meets("remount", "mount its input again, writable", {
			script: "exec mount -o remount,rw,bind /in/victim",
			stoppedBy: NO_RIGHTS,
			log: "mount: …",
		}),
		meets("others", "read another task's output, by its path on the host", {
			script: 'exec cat "$HOST_DATA/wall/victim/data"',
			stoppedBy: NOT_THERE,
			log: "No such file or directory",
		}),
		meets("staging", "write into another task's output while that runs", {
			script: 'exec ls "$HOST_DATA/.berth/staging"',
			stoppedBy: NOT_THERE,
			log: "No such file or directory",
		}),
		meets("token", "read the token of berth's own API", {
			script: 'exec cat "$HOST_DATA/.berth/server.json"',
			stoppedBy: NOT_THERE,
			log: "No such file or directory",
		}),
		meets("secrets", "read the secrets in the environment of berth", {
			script:
				"cat /proc/*/environ | tr '\\0' '\\n' | grep hunter2 || { env | cut -d= -f1 | sort | tr '\\n' ' '; exit 1; }",
			stoppedBy: "an environment of its own",
			log: "BERTH_ATTEMPT BERTH_DS BERTH_IN BERTH_OUT BERTH_PIPELINE BERTH_RESULT BERTH_RUN BERTH_TASK HOME HOSTNAME HOST_DATA …",
		}),
		meets("engine", "ask the engine for a container without a wall", {
			script: "exec ls /var/run/docker.sock /run/docker.sock",
			stoppedBy: NOT_THERE,
			log: "ls: cannot access '/var/run/docker.sock': No such file or directory",
		}),
		meets("processes-of-others", "see or kill processes of the host", {
			script:
				"kill -9 -1; test $(ls -d /proc/[0-9]* | wc -l) -lt 6 && echo only its own; exit 1",
			stoppedBy: "process numbers of its own",
			log: "only its own",
		}),
		meets("crash-host", "restart the host by /proc/sysrq-trigger", {
			script: "echo b > /proc/sysrq-trigger",
			stoppedBy: "/proc, of which that is read-only",
			log: "sh: 1: cannot create /proc/sysrq-trigger: …",
		}),
		meets("kernel", "change settings of the kernel", {
			script: "echo 1 > /proc/sys/kernel/panic || echo x > /sys/power/state",
			stoppedBy: "/proc/sys and /sys, which are read-only",
			log: "cannot create /proc/sys/kernel/panic: Read-only file system",
		}),
		meets("root", "become root by a program that is setuid", {
			script:
				"find / -xdev -perm -4000 -type f 2>/dev/null | head -1; su -c id < /dev/null || exit 1",
			stoppedBy: NO_RIGHTS,
			log: "su: …",
		}),
		meets("namespaces", "get rights in namespaces of its own", {
			script: "exec unshare --user --map-root-user id",
			stoppedBy: "the engine's seccomp profile",
			log: "unshare: unshare failed: Operation not permitted",
		}),
		meets("disk-device", "read the host's disk as a device", {
			script: "mknod /tmp/sda b 8 0; exec head -c 1 /dev/sda",
			stoppedBy: "the missing capability (CAP_MKNOD), and a /dev without disks",
			log: "mknod: /tmp/sda: Operation not permitted\nhead: cannot open '/dev/sda' for reading: No such file or directory",
		}),
	],
};
