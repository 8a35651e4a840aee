import type { Berth } from "../api/berth.ts";
import type { GcRequest, GcSum, GoingView } from "../api/collecting.ts";
import { readConfig, wasEverUsed } from "../config.ts";
import { answer } from "./answer.ts";
import { EXIT } from "./fail.ts";
import { nothingIn, reachOwner, untilAnswered } from "./reach.ts";
import { leave, stopOnSignals } from "./stop.ts";
import { bytesInWords, table, timeInWords } from "./table.ts";
import { talk } from "./talk.ts";

/** Remove objects that nobody needs, or tell which those are. */
export async function gc(options: GcOptions): Promise<void> {
	const { keep, keepDays, dryRun = false, json } = options;
	const config = readConfig(process.env);
	if (!wasEverUsed(config)) {
		talk(nothingIn(config));
		return answer(nothing(dryRun), json, () => inWords(nothing(dryRun)));
	}
	const stop = stopOnSignals();
	const wish = {
		dryRun,
		...(keep === undefined ? {} : { keep }),
		...(keepDays === undefined ? {} : { keepDays }),
	};
	try {
		const report = await untilAnswered(
			() => reachOwner(config),
			({ berth }) => reported(berth, wish, stop.signal),
		);
		if (report) answer(report, json, () => inWords(report));
		else await leave(async () => talk(LEFT), EXIT.interrupted);
	} finally {
		stop.end();
	}
}

export interface GcOptions {
	readonly keep?: number;
	readonly keepDays?: number;
	readonly dryRun?: boolean;
	readonly json?: boolean;
}

const LEFT =
	'Left before all was removed. Nothing that is needed is gone; the next "berth gc" goes on.';

/** The whole answer; `--json` prints it. */
export interface GcReport extends GcSum {
	/** What went, or would go. */
	readonly objects: readonly GoingView[];
	readonly bytes: number;
}

async function reported(
	berth: Berth,
	wish: GcRequest,
	signal: AbortSignal,
): Promise<GcReport | null> {
	const objects: GoingView[] = [];
	for await (const told of berth.gc(wish, signal))
		if (told.kind === "going") objects.push(...told.objects);
		else if (told.kind === "report") return reportOf(told, objects);
		else talk(`${told.removed} of ${told.of} objects are removed.`);
	return null;
}

function reportOf(
	{ kind, dryRun, ...sum }: GcSum,
	objects: readonly GoingView[],
): GcReport {
	const bytes = objects.reduce((all, { bytes }) => all + bytes, 0);
	return { kind, dryRun, objects, bytes, ...sum };
}

/** Where nothing was ever stored. */
const nothing = (dryRun: boolean): GcReport => ({
	kind: "report",
	dryRun,
	objects: [],
	bytes: 0,
	strays: 0,
	stayed: 0,
	kept: {
		live: 0,
		"in-use": 0,
		promoted: 0,
		recent: 0,
		young: 0,
		lineage: 0,
		bytes: 0,
	},
});

function inWords(report: GcReport): string {
	const { dryRun, objects, bytes, strays, stayed } = report;
	const count = objects.length + strays;
	const head =
		count === 0
			? "Nothing is to be removed."
			: `${dryRun ? "Would remove" : "Removed"} ${count === 1 ? "1 object" : `${count} objects`}, ${bytesInWords(bytes)}${strays > 0 ? ` (${strays} of them nobody remembers, and their size)` : ""}.`;
	return [
		...(objects.length > 0 ? [tableOf(report), ""] : []),
		head,
		...(stayed > 0
			? [`${stayed} stayed, because somebody uses them now.`]
			: []),
		keptLine(report),
	].join("\n");
}

const tableOf = ({ objects }: GcReport): string =>
	table(
		["object", "size", "last published (UTC)", "at"],
		objects.map(({ object, bytes, lastAt, paths }) => [
			object.slice(0, 12),
			bytesInWords(bytes),
			timeInWords(lastAt),
			paths.join(", "),
		]),
	);

/** Such as `Kept: 12 (5 live, 3 promoted, 4 lineage), 2.1 MB`. */
function keptLine({ kept: { bytes, ...counts } }: GcReport): string {
	const some = Object.entries(counts).filter(([, count]) => count > 0);
	const all = some.reduce((sum, [, count]) => sum + count, 0);
	const why = some.map(([because, count]) => `${count} ${because}`).join(", ");
	return `Kept: ${all}${why === "" ? "" : ` (${why})`}, ${bytesInWords(bytes)}.`;
}
