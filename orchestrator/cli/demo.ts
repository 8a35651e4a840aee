import { copyFile, mkdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Berth } from "../api/berth.ts";
import type { RunView } from "../api/views.ts";
import { type Config, readConfig } from "../config.ts";
import { systemClock } from "../engine/clock.ts";
import { dsOf } from "../model/schedule.ts";
import type { Instant } from "../model/words.ts";
import { ownFile } from "../own-files.ts";
import { EXIT, fail, Sentence } from "./fail.ts";
import { progressOf } from "./progress.ts";
import { takePart } from "./take-part.ts";
import { whoAsks } from "./who.ts";

/**
 * `npm run demo`: what berth is for, once through. Data of today and of a week ago is generated, a model is trained on the older and
 * scores the newer; then the same images do it on real data.
 */
async function demo(): Promise<void> {
	const config = readConfig(process.env);
	await bringInbox(config);
	const { berth, close } = await takePart(config);
	try {
		const runs = await allRuns(berth);
		console.log(story(config, runs));
	} finally {
		await close();
	}
}

const DAY_MS = 86_400_000;

async function allRuns(berth: Berth): Promise<RunView[]> {
	const now = systemClock.now();
	const today = dsOf(now, "UTC");
	const lastWeek = dsOf((now - 7 * DAY_MS) as Instant, "UTC");
	const run = (pipeline: string, ds: string): Promise<RunView> =>
		toEnd(berth, berth.start({ pipeline, ds, params: {} }));
	const generate = (ds: string): Promise<RunView> => run("generate-data", ds);
	const generated = await Promise.all([lastWeek, today].map(generate));
	const train = await run("train", lastWeek);
	const promoted = await berth.promote({
		path: `models/${lastWeek}/model`,
		to: "models/production",
		...whoAsks(),
	});
	if (promoted) await toEnd(berth, Promise.resolve(promoted));
	const predict = await run("predict", today);
	const real = await run("breast-cancer", today);
	return [...generated, train, predict, real];
}

async function toEnd(berth: Berth, begun: Promise<RunView>): Promise<RunView> {
	const { id } = await begun;
	const progress = await progressOf(id, {});
	let last: RunView | null = null;
	for await (const view of berth.watch(
		id as never,
		new AbortController().signal,
	)) {
		progress.show(view, berth);
		last = view;
	}
	if (last?.status === "succeeded") return last;
	throw new Sentence(
		`Run ${id} ${last?.status ?? "is not known"}. "npx berth show '${id}'" says why.`,
	);
}

/** The real data is put where people put theirs; a file that is there is left alone. */
async function bringInbox({ data }: Config): Promise<void> {
	const inbox = join(data, "inbox");
	const file = join(inbox, "wdbc.data");
	await mkdir(inbox, { recursive: true });
	if (await stat(file).catch(() => null)) return;
	await copyFile(ownFile("../test/fixtures/wdbc.data"), file);
}

function story({ data }: Config, runs: readonly RunView[]): string {
	const lines = runs.flatMap((run) => [
		"",
		run.id,
		...run.tasks.flatMap(({ name, result, outputs }) => [
			...(result === null ? [] : [`  ${name}: ${numbersOf(result)}`]),
			...Object.values(outputs).map(
				({ path }) => `  → ${relative(process.cwd(), join(data, path))}`,
			),
		]),
	]);
	return [
		...lines,
		"",
		"Look around: npx berth runs · npx berth artifacts · npx berth show <run> · npx berth logs <run> <task>",
	].join("\n");
}

const numbersOf = (result: { readonly [key: string]: unknown }): string =>
	Object.entries(result)
		.filter(([, value]) => typeof value === "number")
		.map(([key, value]) => `${key}=${Number(Number(value).toPrecision(5))}`)
		.join("  ");

await demo().catch(fail);
process.exitCode ??= EXIT.done;
