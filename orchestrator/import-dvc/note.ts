import { SECTIONS, UNKNOWN } from "./cures.ts";
import type { Definitions } from "./definition.ts";
import type { ParamBook } from "./param-book.ts";
import type { Notes, Stage } from "./stage.ts";

/** The sections of dvc.yaml that are not read. */
export function noteSections({ others }: Definitions, notes: Notes): void {
	for (const key of others) notes.add(null, key, SECTIONS[key] ?? UNKNOWN);
}

/** What is told about a stage as a whole. */
export function noteStages(stages: readonly Stage[], notes: Notes): void {
	for (const { name, metrics, cmds } of stages) {
		if (metrics.length > 1)
			notes.add(
				name,
				"metrics",
				`only one JSON file can be a task's result, and there are ${metrics.length} (${metrics.join(", ")}); all are published. Let the command write one JSON object to $BERTH_RESULT`,
			);
		const text = cmds
			.flat()
			.filter((part) => typeof part === "string")
			.join(" ");
		if (
			/\b(https?|s3|gs|ssh):\/\/|\b(curl|wget|git clone|pip install|apt-get)\b/.test(
				text,
			)
		)
			notes.add(
				name,
				"cmd",
				'it seems to use the network, which a task has only when it asks. Add network: "bridge" to the task',
			);
	}
}

/** Values of params files that are no params. */
export function noteParams(book: ParamBook, notes: Notes): void {
	const { settled, unused } = book.leftOut();
	if (settled.length > 0)
		notes.add(
			null,
			"params",
			`paths, loops or words depend on these values, so they are written into the page and no params of it: ${settled.join("; ")}. To change one, import again`,
		);
	if (unused.length > 0)
		notes.add(
			null,
			"params",
			`no stage names these values, so they are no params of the pipeline and no task gets them: ${unused.join("; ")}. If a program reads one, name it in the stage's params and import again`,
		);
}

/** Data that git does not have, because DVC tracks it. */
export function noteTracked(
	files: readonly string[],
	notes: Notes,
	read: (path: string) => string | null,
): void {
	for (const path of files) {
		const pointer = pointerOf(path, read);
		if (pointer !== null)
			notes.add(
				null,
				pointer,
				`DVC tracks this data. Get it with "dvc pull ${pointer}", and put it into the data directory with the other files`,
			);
	}
}

function pointerOf(
	path: string,
	read: (path: string) => string | null,
): string | null {
	const parts = path.split("/");
	const folders = parts.map((_, index) =>
		parts.slice(0, parts.length - index).join("/"),
	);
	return (
		folders.map((one) => `${one}.dvc`).find((one) => read(one) !== null) ?? null
	);
}
