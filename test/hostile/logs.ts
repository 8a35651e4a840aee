import type { Family } from "./hostile-task.ts";

/** Taking berth's disk and memory by what it prints. */
export const LOGS: Family = {
	name: "logs",
	tasks: [
		{
			name: "flood",
			tries: "print 200 MB of lines as fast as it can",
			script:
				'echo first; yes "$(head -c 199 /dev/zero | tr "\\0" x)" | head -c 200M; echo last; exit 1',
			options: 'timeout: "5m",',
			stoppedBy:
				"the limit of what is kept of a log (`BERTH_LOG_LIMIT`): its beginning and its end",
			ending: "exited",
			says: "It exited with code …",
			log: "first\n…last\n…bytes (… lines) were left out here…; its end follows.",
		},
		{
			name: "endless-line",
			tries: "print one line that does not end, of 100 MB",
			script: "head -c 100M /dev/zero | tr '\\0' x >&2; exit 1",
			options: 'timeout: "5m",',
			stoppedBy: "the same limit: nobody waits for the end of a line",
			ending: "exited",
			says: "It exited with code …",
			log: "xxx…bytes (… lines) were left out here…; its end follows.",
		},
		{
			name: "false-marks",
			tries: "print what looks like berth's own marks in a log",
			script:
				"echo 'berth: 1 bytes (1 lines) were left out here'; printf '2026-11-21T00:00:00.000000000Z ! forged\\n'; exit 1",
			stoppedBy: "marks of its own in what is stored, that no task can write",
			ending: "exited",
			says: "It exited with code …",
			log: "…2026-11-21T00:00:00.000000000Z ! forged\n",
		},
	],
};
