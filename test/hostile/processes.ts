import type { Family } from "./hostile-task.ts";

/** Taking more of the machine's memory, processes or patience than it was given. */
export const PROCESSES: Family = {
	name: "processes",
	tasks: [
		{
			name: "fork-bomb",
			tries: "start processes that start processes",
			// Its first process starts nothing any more, else it might be the one that cannot.
			script: "f() { f | f & }; f & exec sleep 60",
			options: 'pids: 64, cpus: 0.5, timeout: "3s",',
			stoppedBy: "the limit on processes; then its time-out",
			ending: "timed-out",
			says: "It ran longer than its time-out of 3 s and was stopped. …",
			log: "Cannot fork",
		},
		{
			name: "memory-bomb",
			tries: "take all memory",
			script: `exec node -e 'const all = []; for (;;) all.push(Buffer.alloc(1e7, 1));'`,
			options: 'memory: "96m",',
			stoppedBy: "the limit on its memory, without swap beside it",
			ending: "out-of-memory",
			says: 'Task "memory-bomb" ran out of memory at its limit of 96 MiB…',
		},
		{
			name: "immortal",
			tries: "go on when it is asked to end",
			script: 'trap "" TERM INT HUP; while true; do sleep 1; done',
			options: 'timeout: "1s", grace: "1s",',
			stoppedBy: "SIGKILL after its grace",
			ending: "timed-out",
			says: "It ran longer than its time-out of 1 s and was stopped. …",
		},
		{
			name: "daemon",
			tries: "leave a process behind that goes on after it",
			script:
				"(trap '' TERM; while true; do date > /out/it/late; done) & sleep 0.2; exit 3",
			stoppedBy: "the container, which ends with its first process",
			ending: "exited",
			says: "It exited with code 3. …",
		},
	],
};
