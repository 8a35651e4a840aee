import { backup as backUp, restore as putBack } from "../compose-backup.ts";
import { readConfig } from "../config.ts";
import { answer } from "./answer.ts";
import { bytesInWords, timeInWords } from "./table.ts";

/** Copy what berth remembers into a file. */
export async function backup(
	file: string,
	options: { readonly force?: boolean; readonly json?: boolean },
): Promise<void> {
	const config = readConfig(process.env);
	const { force = false } = options;
	const made = await backUp(config, { file, force });
	const { madeAt, ...rest } = made;
	answer({ ...rest, madeAt: isoOf(madeAt) }, options.json, () =>
		[
			`Backed up ${config.data} to ${made.file}: ${counted(made.runs, "run")}, ${counted(made.publications, "published path")}. It was checked, and is whole.`,
			`Not in it: the published files themselves (${counted(made.objects, "object")} in .berth/objects, ${bytesInWords(made.objectBytes)}), logs (.berth/logs), pipelines and images. Copy those as you copy folders, after this.`,
		].join("\n"),
	);
}

/** Put a backup in the place of what berth remembers now. */
export async function restore(
	file: string,
	options: { readonly json?: boolean },
): Promise<void> {
	const config = readConfig(process.env);
	const restored = await putBack(config, file);
	const { madeAt, missing, ...rest } = restored;
	const gone = missing.map(({ path, object }) => ({ path, object }));
	answer({ ...rest, madeAt: isoOf(madeAt), missing: gone }, options.json, () =>
		[
			`Restored ${config.data} to ${timeInWords(isoOf(madeAt))} UTC: ${counted(restored.runs, "run")}, ${counted(restored.publications, "published path")}.`,
			...(restored.unsettled === 0
				? []
				: [
						`${counted(restored.unsettled, "run")} had not ended then. "berth up" goes on: what is still there is adopted, and what is not is tried again.`,
					]),
			...(restored.kept === null
				? []
				: [`What was there before is kept as ${restored.kept}.`]),
			...restored.removed.map(
				(path) => `Removed the link ${path}: it was published later.`,
			),
			...restored.problems,
			...gone.map(
				({ path, object }) =>
					`${path} is published, but its object ${object} is not in .berth/objects. Copy it there from where you keep the objects, or run again what makes it.`,
			),
		].join("\n"),
	);
}

const isoOf = (ms: number): string => new Date(ms).toISOString();

const counted = (count: number, what: string): string =>
	`${count} ${what}${count === 1 ? "" : "s"}`;
