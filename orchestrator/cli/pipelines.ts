import type { PipelineView } from "../api/berth.ts";
import { pipelineView } from "../api/reading.ts";
import { catalogueOf } from "../compose-reading.ts";
import { readConfig } from "../config.ts";
import { systemClock } from "../engine/clock.ts";
import { answer } from "./answer.ts";
import { table, timeInWords } from "./table.ts";

/** The pipelines of the folder, as they are now; this asks nobody else. */
export async function pipelines({
	json,
}: {
	readonly json?: boolean;
}): Promise<void> {
	const catalogue = catalogueOf(readConfig(process.env));
	try {
		const now = systemClock.now();
		const views = (await catalogue.list()).map((entry) =>
			pipelineView(entry, now),
		);
		answer(views, json, () => listed(views));
	} finally {
		await catalogue.close();
	}
}

function listed(views: readonly PipelineView[]): string {
	const rows = views.map(({ name, file, schedule, problem }) => [
		name,
		schedule ? `${schedule.cron} ${schedule.zone}` : null,
		schedule ? timeInWords(schedule.next) : null,
		problem === null ? file : `${file} (broken)`,
	]);
	const problems = views.flatMap(({ problem }) => problem ?? []);
	return [
		table(["pipeline", "schedule", "next (UTC)", "file"], rows),
		...(problems.length > 0 ? ["", ...problems] : []),
	].join("\n");
}
