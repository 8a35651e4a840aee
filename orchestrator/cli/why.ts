import type { WhyView } from "../api/explaining.ts";
import { resolveRun } from "../api/resolve-run.ts";
import type { TaskName } from "../model/words.ts";
import { answer } from "./answer.ts";
import { withReader } from "./reach.ts";
import { timeInWords } from "./table.ts";

/** Why a task was computed, or was not. */
export async function why(
	which: string,
	task: string,
	{ json }: { readonly json?: boolean },
): Promise<void> {
	await withReader(async (reader) => {
		const run = await resolveRun(reader, which);
		const view = await reader.why(run, task as TaskName);
		answer(view, json, () => inWords(view));
	});
}

function inWords(view: WhyView): string {
	const { attempt, run, task, because, since, compared, differences } = view;
	if (since !== null)
		return `${attempt}: unchanged since ${since.attempt}${since.at === "" ? "" : ` (${timeInWords(since.at)} UTC)`}.`;
	return [
		`${attempt ?? `${run}/${task}`}: ${WORD[view.verdict]}.`,
		because,
		...(differences.length > 0 && compared !== null
			? [
					`Compared with ${compared.attempt} (${timeInWords(compared.at)} UTC):`,
					...differences.map(({ sentence }) => `  ${sentence}`),
				]
			: []),
	].join("\n");
}

const WORD: Record<WhyView["verdict"], string> = {
	hit: "unchanged",
	miss: "computed",
	none: "nothing was looked up",
};
