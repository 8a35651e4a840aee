import type { Family } from "./hostile-task.ts";

const WATCH = "a look at its folders every second, and SIGKILL at once";
const stopped = (name: string, what: string) =>
	`Task "${name}" ${what}, and was stopped. …`;
const unpublished = (name: string, what: string) =>
	`Task "${name}" ${what}, so nothing of it is published. …`;
const TOO_MUCH = 'wrote … into its outputs, above its limit of 64 MiB ("disk")';
const LIMIT = 'disk: "64m", cpus: 0.5,';

/** Taking more of the disk, or of what looks like one, than it was given. */
export const DISK: Family = {
	name: "disk",
	tasks: [
		{
			name: "filler",
			tries: "fill the disk, and go on when it is asked to end",
			script: 'trap "" TERM; cat /dev/zero > /out/it/zeros',
			options: LIMIT,
			stoppedBy: WATCH,
			ending: "out-of-disk",
			says: stopped("filler", TOO_MUCH),
		},
		{
			name: "result-filler",
			tries: "fill the disk from the folder of its result",
			script: "cat /dev/zero > /result/zeros",
			options: LIMIT,
			stoppedBy: WATCH,
			ending: "out-of-disk",
			says: stopped("result-filler", TOO_MUCH),
		},
		{
			name: "hider",
			tries: "fill the disk from a folder that nobody may look into",
			script:
				"mkdir -m 700 /out/it/x; cd /out/it/x; chmod 300 .; cat /dev/zero > zeros",
			options: LIMIT,
			stoppedBy: `${WATCH}; a folder that cannot be looked into counts as too much`,
			ending: "out-of-disk",
			says: stopped("hider", "…"),
		},
		{
			name: "many-files",
			tries: "make files without end that hold nothing",
			script:
				'exec perl -e \'for (;;) { open F, ">", "/out/it/" . $i++ or die }\'',
			options: LIMIT,
			stoppedBy: `${WATCH}: each file counts for a place on the disk`,
			ending: "out-of-disk",
			says: stopped("many-files", "…"),
		},
		{
			name: "burst",
			tries: "write it all between two looks, and end well",
			script: "exec fallocate -l 100M /out/it/zeros",
			options: 'disk: "64m",',
			stoppedBy: "one more look before anything is published",
			ending: "rejected",
			says: unpublished("burst", TOO_MUCH),
		},
		{
			name: "holes",
			tries: "have berth hash a file of 1 TiB that is all hole",
			script: "truncate -s 1T /out/it/holes",
			stoppedBy: "that look, for which holes count as what they show",
			ending: "rejected",
			says: unpublished(
				"holes",
				'wrote 1 TiB into its outputs, above its limit of 100 GiB ("disk")',
			),
		},
		{
			name: "last-words",
			tries: "fill the disk in the time it is given to end well",
			script:
				'trap "cat /dev/zero > /out/it/zeros" TERM; while true; do sleep 0.1; done',
			options: `${LIMIT} timeout: "1s", grace: "10m",`,
			stoppedBy: "the same look, which goes on in the grace",
			ending: "timed-out",
			says: "It ran longer than its time-out of 1 s and was stopped. …",
		},
		{
			name: "tmp",
			tries: "fill /tmp",
			script: "exec cat /dev/zero > /tmp/zeros",
			options: 'memory: "64m",',
			stoppedBy: "the limit on its memory, of which /tmp is a part",
			ending: "out-of-memory",
			says: 'Task "tmp" ran out of memory at its limit of 64 MiB…',
		},
		{
			name: "tmp-names",
			tries: "fill /tmp with files that hold nothing",
			script:
				'exec perl -e \'for (;;) { open F, ">", "/tmp/" . $i++ or die "$!\\n" }\'',
			options: 'memory: "64m",',
			stoppedBy: "the limit on its memory, in which their names are",
			ending: "out-of-memory",
			says: 'Task "tmp-names" ran out of memory at its limit of 64 MiB…',
		},
		{
			name: "shm",
			tries: "fill /dev/shm",
			script: "head -c 1G /dev/zero > /dev/shm/zeros || exit 1",
			stoppedBy: "its size (`shm`)",
			ending: "exited",
			says: "It exited with code …",
			log: "head: error writing 'standard output': No space left on device",
		},
	],
};
