// The crash matrix: berth is killed at each boundary, its container goes on in each way, and the next berth must make the best of it.
//   npm run test:crash -- [--short] [--only "before commit started"] [--ending "finished 7"] [--jobs 3] [--write]
import { parseArgs } from "node:util";
import { startOwnEngine, whyNoOwnEngine } from "../rig/own-engine.ts";
import { choose } from "./choose.ts";
import { EngineWatch } from "./engine-watch.ts";
import {
	type Place,
	type Trying,
	tryAll,
	tryAllWithRestart,
	type Verdict,
} from "./matrix.ts";
import { Matrix } from "./matrix-table.ts";
import { recordAll } from "./recording.ts";
import { type Row, rowsOf, titleOf } from "./rows.ts";
import { Site } from "./site.ts";
import { IMAGE } from "./task.ts";
import { writeDown } from "./write-down.ts";

const { values: options } = parseArgs({
	options: {
		short: { type: "boolean", default: false },
		only: { type: "string" },
		ending: { type: "string" },
		jobs: { type: "string", default: "3" },
		write: { type: "boolean", default: false },
	},
});

const why = whyNoOwnEngine();
if (why !== null) {
	console.error(
		`The crash matrix kills an engine, and ${why}. Run it as root: sudo npm run test:crash`,
	);
	process.exit(2);
}

if (options.write && (options.short || options.only || options.ending)) {
	console.error("Only the whole matrix is written down: leave out the rest.");
	process.exit(2);
}

const matrix = new Matrix();
const strays: string[] = [];
let rows: readonly Row[] = [];
let places: readonly Place[] = [];
let version = "";

await withEngine(false, async (watch) => {
	version = await watch.engine.docker(
		"version",
		"--format",
		"{{.Server.Version}}",
	);
	const { recordings, unsure } = await recordAll(watch, !options.short);
	rows = rowsOf(recordings);
	places = choose(rows, options);
	say(`${rows.length} boundaries, ${places.length} cells to try.`);
	if (unsure.length > 0)
		say(`Left out, as not every run comes to them: ${unsure.join(", ")}.`);
	const [quiet, restarted] = [
		places.filter(({ ending }) => !ending.startsWith("engine")),
		places.filter(({ ending }) => ending === "engine restarted"),
	];
	await tryAll(quiet, trying(watch));
	await tryAllWithRestart(restarted, trying(watch));
});
const restored = places.filter(
	({ ending }) => ending === "engine restarted, live-restore",
);
if (restored.length > 0)
	await withEngine(true, (watch) => tryAllWithRestart(restored, trying(watch)));

const table = matrix.table(rows);
const passed = matrix.count("ok");
const missed = matrix.count("missed");
const faults = [...strays, ...emptiness()];
const failed = matrix.count("broken") + faults.length;
console.log(`\n${table}\n`);
if (options.write) writeDown(table, { version, passed });
console.log(
	`${passed} passed, ${failed} failed${missed > 0 ? `, ${missed} skipped` : ""}`,
);
process.exitCode = failed > 0 ? 1 : 0;

/** A matrix that tried nothing, or hardly anything, shows nothing. */
function emptiness(): string[] {
	const empty =
		passed === 0
			? ["No cell was tried: no boundary or ending is called that."]
			: [];
	const lost =
		missed * 10 > places.length
			? [`${missed} of ${places.length} cells were never come to.`]
			: [];
	for (const fault of [...empty, ...lost]) say(`BROKEN: ${fault}`);
	return [...empty, ...lost];
}

/** Nothing but containers may come and go on it. */
async function withEngine(
	liveRestore: boolean,
	work: (watch: EngineWatch) => Promise<void>,
): Promise<void> {
	const engine = await startOwnEngine({ liveRestore, images: [IMAGE] });
	const watch = new EngineWatch(engine);
	const leave = async (): Promise<void> => {
		await Site.closeAll();
		await engine.close();
		await Site.closeAll(); // what began meanwhile
		process.exit(130);
	};
	process.once("SIGINT", leave).once("SIGTERM", leave);
	try {
		await watch.listen();
		await work(watch);
		strays.push(...(await watch.strays()));
		for (const stray of strays) say(`BROKEN: ${stray} is left on the engine.`);
	} finally {
		process.off("SIGINT", leave).off("SIGTERM", leave);
		watch.close();
		await engine.close();
	}
}

function trying(watch: EngineWatch): Trying {
	return { watch, jobs: Number(options.jobs), tell };
}

function tell(place: Place, verdict: Verdict): void {
	matrix.set(place, verdict);
	const done = ["ok", "broken", "missed"] as const;
	const tried = done.reduce((sum, kind) => sum + matrix.count(kind), 0);
	const title = `killed ${titleOf(place.row)}, ${place.ending}`;
	if (verdict.kind === "broken")
		say(`BROKEN: ${title}: ${verdict.faults.join("; ")}`);
	if (verdict.kind === "missed") say(`Not come to: ${title}`);
	if (tried % 20 === 0) say(`${tried} of ${places.length} cells`);
}

function say(text: string): void {
	console.error(text);
}
