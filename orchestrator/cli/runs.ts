import type { RunHead } from "../api/views.ts";
import type { RunStatus } from "../model/run.ts";
import { answer } from "./answer.ts";
import { withReader } from "./reach.ts";
import { table, timeInWords } from "./table.ts";
import { tookOf } from "./took.ts";

/** Runs, newest first. */
export async function runs(
	pipeline: string | undefined,
	options: {
		readonly limit: number;
		readonly status?: RunStatus;
		readonly json?: boolean;
	},
): Promise<void> {
	const { limit, status } = options;
	await withReader(async (reader) => {
		const heads = await reader.runs({
			limit,
			...(pipeline === undefined ? {} : { pipeline }),
			...(status === undefined ? {} : { status }),
		});
		answer(heads, options.json, () => listed(heads));
	});
}

const listed = (heads: readonly RunHead[]): string =>
	heads.length === 0
		? 'There are no such runs. "berth run <pipeline>" makes one.'
		: table(
				["run", "status", "by", "started (UTC)", "took"],
				heads.map((head) => [
					head.id,
					head.status,
					head.by === null ? head.trigger : `${head.trigger} (${head.by})`,
					timeInWords(head.startedAt),
					tookOf(head),
				]),
			);
