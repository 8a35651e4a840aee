import type { Family, HostileTask } from "./hostile-task.ts";

const BOUNDED =
	"a reader that opens only a plain file, reads 256 KiB at most, and counts the nesting before it parses";

const rejected = (
	name: string,
	tries: string,
	script: string,
	fault: string,
	options = "",
): HostileTask => ({
	name,
	tries,
	script: `echo 1 > /out/it/x; cd /result; ${script}`,
	options,
	stoppedBy: BOUNDED,
	ending: "rejected",
	says: `The result file ($BERTH_RESULT) ${fault}. Write one JSON object of at most 256 KiB.`,
});

/** What must not become a result. */
export const RESULTS: Family = {
	name: "results",
	tasks: [
		rejected(
			"gigabyte",
			"give a result of 1 GB",
			"head -c 1G /dev/zero > result.json",
			"is larger than 256 KiB",
		),
		rejected(
			"nested",
			"give a result nested 100,000 deep",
			'perl -e \'print "{\\"a\\":" x 100000, 1, "}" x 100000\' > result.json',
			"is larger than 256 KiB",
		),
		rejected(
			"brackets",
			"give a result nested 100,000 deep, of brackets",
			`perl -e 'print "{\\"a\\":", "[" x 100000, "]" x 100000, "}"' > result.json`,
			"is nested more than 64 deep",
		),
		rejected(
			"result-pipe",
			"make berth wait for ever for its result",
			"mkfifo result.json",
			"is not a plain file",
		),
		rejected(
			"result-link",
			"have berth read a file of the host as its result",
			"ln -s /etc/passwd result.json",
			"is a symbolic link",
		),
		rejected(
			"result-folder",
			"put a folder where the result is read",
			"mkdir result.json",
			"is not a plain file",
		),
		rejected(
			"result-bytes",
			"give a result that is no text",
			`printf '{"a":"\\377"}' > result.json`,
			"is not UTF-8",
		),
		rejected(
			"result-terminal",
			"take over the terminal of whoever reads what is wrong with a result",
			`printf '\\033]0;mine\\007' > result.json`,
			"is not JSON: …\\u{1b}…",
		),
		rejected(
			"not-a-number",
			"give a result that is no number",
			`echo '{"loss": NaN}' > result.json`,
			"is not JSON: …",
		),
		rejected(
			"infinite",
			"give a number that no number holds",
			`echo '{"loss": 1e999}' > result.json`,
			'is not JSON: "loss" is too large a number',
		),
		{
			name: "prototype",
			tries: "reach into berth's own objects by the name __proto__",
			script: `echo 1 > /out/it/x; echo '{"__proto__": {"rows": 1}}' > /result/result.json`,
			options: "result: { rows: z.int() },",
			stoppedBy: "the schema of the result, which sees a key like any other",
			ending: "rejected",
			says: "Its result does not fit what it declares: rows: …",
		},
	],
};
