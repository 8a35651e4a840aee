import type { HistoryView } from "../api/history-view.ts";
import { meantBy } from "../api/meant-by.ts";
import { printable } from "../model/quoted.ts";
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
		if (entries.length === 0) {
			const all = await reader.artifacts("");
			throw new Sentence(
				`Nothing was ever published at "${path}".${meantBy(path, all)} "berth artifacts" lists what is.`,
				EXIT.usage,
			);
		}
		answer(entries, json, () => listed(entries));
	});
}

/** A line for each, and below it what is too long for a table. */
function listed(entries: readonly HistoryView[]): string {
	const [head, ...lines] = table(
		["#", "when (UTC)", "what", "object", "size", "by", ""],
		entries.map((entry) => [
			`#${entry.id}`,
			timeInWords(entry.at),
			WHAT[entry.how],
			entry.object.slice(0, 12),
			bytesInWords(entry.bytes),
			entry.by ?? entry.trigger,
			nowOf(entry),
		]),
	).split("\n");
	return [
		head,
		...entries.flatMap((entry, index) => [
			lines[index],
			...detailsOf(entry).map((line) => `       ${line}`),
		]),
	].join("\n");
}

function detailsOf(entry: HistoryView): string[] {
	const from = fromOf(entry);
	const metrics = metricsOf(entry);
	return [
		`in ${entry.attempt}`,
		...(from === "" ? [] : [from]),
		...(metrics === "" ? [] : [metrics]),
	];
}

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
		: `from ${origin}, made by ${maker}`;
}

const metricsOf = ({ metrics }: HistoryView): string =>
	Object.entries(metrics)
		.map(([name, value]) =>
			printable(`${name}=${Number(value.toPrecision(6))}`),
		)
		.join("  ");

function nowOf({ isLive, removedAt }: HistoryView): string {
	const removed = removedAt === null ? "" : `removed ${timeInWords(removedAt)}`;
	return isLive ? `${removed}← now` : removed;
}
