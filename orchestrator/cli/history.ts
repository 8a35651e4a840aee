import type { HistoryView } from "../api/history-view.ts";
import { answer } from "./answer.ts";
import { EXIT, Sentence } from "./fail.ts";
import { withReader } from "./reach.ts";
import { bytesInWords, table, timeInWords } from "./table.ts";

/** Everything that was ever at a path: when, what, by whom, in which run. */
export async function history(
	path: string,
	{ json }: { readonly json?: boolean },
): Promise<void> {
	await withReader(async (reader) => {
		const entries = await reader.history(path);
		if (entries.length === 0)
			throw new Sentence(
				`Nothing was ever published at "${path}". "berth artifacts" lists what is.`,
				EXIT.usage,
			);
		answer(entries, json, () => listed(entries));
	});
}

const listed = (entries: readonly HistoryView[]): string =>
	table(
		[
			"#",
			"when (UTC)",
			"what",
			"object",
			"size",
			"by",
			"in",
			"from",
			"metrics",
			"",
		],
		entries.map((entry) => [
			`#${entry.id}`,
			timeInWords(entry.at),
			WHAT[entry.how],
			entry.object.slice(0, 12),
			bytesInWords(entry.bytes),
			entry.by ?? entry.trigger,
			entry.attempt,
			fromOf(entry),
			metricsOf(entry),
			nowOf(entry),
		]),
	);

const WHAT: Record<HistoryView["how"], string> = {
	made: "made",
	unchanged: "unchanged",
	promoted: "promoted",
	"rolled-back": "rolled back",
};

/** What was computed elsewhere: where, and by which attempt. */
function fromOf({ maker, origin, attempt, path }: HistoryView): string {
	if (maker === attempt) return "";
	return origin === null || origin === path
		? `made by ${maker}`
		: `${origin}, made by ${maker}`;
}

const metricsOf = ({ metrics }: HistoryView): string =>
	Object.entries(metrics)
		.map(([name, value]) => `${name}=${Number(value.toPrecision(6))}`)
		.join(" ");

function nowOf({ isLive, removedAt }: HistoryView): string {
	const removed = removedAt === null ? "" : `removed ${timeInWords(removedAt)}`;
	return isLive ? `${removed}← now` : removed;
}
