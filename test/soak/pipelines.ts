import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The image of all tasks; all they need is a shell. */
export const IMAGE = "node:24-bookworm-slim";

/** Published paths are shared by the runs of a slot, so that paths get a history. */
export const SLOTS = 4;

export const PIPELINES = ["chain", "fan", "values", "failing", "late"] as const;

/** Short tasks in all shapes: chains, fans, results, failures, retries, time-outs. Each writes its own true story into the ledger. */
export async function writePipelines(
	folder: string,
	ledgerFolder: string,
): Promise<void> {
	await mkdir(folder, { recursive: true });
	const files = { ...SHAPES, _task: helper(ledgerFolder) };
	for (const [name, text] of Object.entries(files))
		await writeFile(join(folder, `${name}.ts`), text);
}

/**
 * What a task does. It numbers its lines, the same on both streams; every tenth line it writes one more file into each output, and the
 * number of them last; the ledger hears of its start and of its end, with the code.
 */
const SCRIPT = `
set -eu
me="$BERTH_RUN $BERTH_TASK $BERTH_ATTEMPT"
echo "$me start" >> /ledger/ledger
lines=$1 pause=$2 code=$3
for given in /in/*; do
	[ -e "$given" ] || continue
	[ "$(cat "$given/parts")" = "$(ls "$given" | grep -c part-)" ] || code=9
done
[ "$code" != retry ] || { [ "$BERTH_ATTEMPT" -ge 2 ] && code=0 || code=7; }
n=0
while [ "$n" -lt "$lines" ]; do
	echo "$n"; echo "$n" >&2
	n=$((n + 1))
	case $n in *0)
		for out in /out/*; do [ ! -d "$out" ] || echo "$me" > "$out/part-$n"; done
		sleep "$pause" ;;
	esac
done
for out in /out/*; do [ ! -d "$out" ] || echo $((lines / 10)) > "$out/parts"; done
echo "{\\"lines\\": $lines}" > "$BERTH_RESULT"
if [ "$code" = hang ]; then
	[ "\${4-}" != deaf ] || trap "" TERM
	echo "end $lines hung"; echo "end $lines hung" >&2
	echo "$me hung" >> /ledger/ledger
	sleep 60
fi
echo "end $lines $code"; echo "end $lines $code" >&2
echo "$me end $code" >> /ledger/ledger
exit "$code"
`;

const helper = (ledgerFolder: string): string => `
const SCRIPT = ${JSON.stringify(SCRIPT)};
export const task = (words: readonly unknown[], more: object = {}) => ({
	image: ${JSON.stringify(IMAGE)},
	entrypoint: ["sh", "-c"],
	command: [SCRIPT, "soak", ...words],
	mounts: [{ source: ${JSON.stringify(ledgerFolder)}, target: "/ledger", readOnly: false }],
	memory: "64m",
	grace: "1s",
	...more,
});
`;

/** `words` are: how many lines, the pause after ten of them, the exit code. */
const shape = (name: string, body: string): string => `
import { pipeline, z } from "berth";
import { task } from "./_task.ts";
export default pipeline("${name}", { params: { slot: z.int() } }, ({ params, container }) => {
	const at = (name) => "${name}/" + params.slot + "/" + name;
${body}
});
`;

const SHAPES = {
	chain: shape(
		"chain",
		`	let before = {};
	for (const name of ["first", "second", "third", "fourth"]) {
		const step = container(name, task([40, 0.3, 0], { in: before, out: { data: at(name) } }));
		before = { before: step.out.data };
	}`,
	),
	fan: shape(
		"fan",
		`	const seed = container("seed", task([20, 0.2, 0], { out: { data: at("seed") } }));
	const parts = {};
	for (const name of ["north", "east", "south", "west"])
		parts[name] = container(name, task([60, 0.3, 0], {
			in: { seed: seed.out.data },
			out: { one: at(name + "-1"), two: at(name + "-2") },
		})).out.one;
	container("join", task([30, 0.3, 0], { in: parts, out: { data: at("join") } }));`,
	),
	values: shape(
		"values",
		`	const first = container("first", task([30, 0.3, 0], { result: { lines: z.int() } }));
	container("second", task([first.result.lines, 0.3, 0], { out: { data: at("second") } }));
	container("skipped", task([10, 0.05, 99], { after: [first] }));`,
	),
	failing: shape(
		"failing",
		`	const again = container("again", task([30, 0.3, "retry"], { out: { data: at("again") }, retries: { times: 2, backoff: "500ms" } }));
	const bad = container("bad", task([30, 0.3, 7], { in: { again: again.out.data }, out: { data: at("bad") } }));
	container("never", task([10, 0.3, 0], { after: [bad] }));
	container("tell", task([10, 0.3, 0], { after: [bad], join: "all-over" }));`,
	),
	late: shape(
		"late",
		`	container("hang", task([10, 0.05, "hang"], { out: { data: at("hang") }, timeout: "2s", retries: { times: 1, backoff: "500ms" } }));
	container("deaf", task([10, 0.05, "hang", "deaf"], { timeout: "2s" }));`,
	),
};
