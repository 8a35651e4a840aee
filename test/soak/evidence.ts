import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { containerName } from "../../orchestrator/model/names.ts";
import type { AttemptId, RunId } from "../../orchestrator/model/words.ts";
import { instanceOf } from "../../orchestrator/store/instance.ts";
import { decodeRecords } from "../../orchestrator/store/log-format.ts";
import type {
	AttemptRecord,
	Publication,
	RunDetail,
} from "../../orchestrator/store/port.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { writtenBytes } from "../rig/read-stored.ts";
import type { Home } from "./home.ts";
import { readLedger, type Story } from "./ledger.ts";
import type { LogText } from "./log-copy.ts";
import type { ContainerHit, EngineHit } from "./monkey.ts";
import type { Recorded } from "./recorder.ts";

/** All that is known after a soak, from four witnesses: berth's own journal, the tasks' ledger, the engine's events, and whoever killed. */
export interface Evidence {
	/** The data directory. */
	readonly data: string;
	/** Runs that somebody was told of. */
	readonly acknowledged: readonly RunId[];
	readonly runs: readonly RunDetail[];
	readonly attempts: readonly Attempt[];
	/** All of every path, newest first. */
	readonly publications: readonly Publication[];
	/** What was found on the engine and in the data directory when nothing should be left, in words. */
	readonly leftovers: readonly string[];
	readonly engines: readonly EngineHit[];
}

/** One attempt as its witnesses saw it. */
export interface Attempt extends AttemptRecord {
	readonly task: string;
	readonly story: Story;
	readonly recorded: readonly Recorded[];
	readonly hit: ContainerHit | null;
	readonly log: LogText;
}

export interface Witnesses {
	readonly acknowledged: Iterable<RunId>;
	readonly recorded: readonly Recorded[];
	/** The last of an attempt counts. */
	readonly hits: readonly ContainerHit[];
	readonly engines: readonly EngineHit[];
	readonly leftovers: readonly string[];
}

/** Read what is stored, once no orchestrator runs any more, and put it beside what the others saw. */
export async function collectEvidence(
	home: Home,
	witnesses: Witnesses,
): Promise<Evidence> {
	const store = openStore(join(home.berth, "berth.db"), { readonly: true });
	try {
		const runs: RunDetail[] = [];
		for (const { id } of await store.runs({})) {
			const run = await store.run(id);
			if (run) runs.push(run);
		}
		const newest = await store.published("");
		const histories = newest.map(({ path }) => store.history(path));
		return {
			data: home.data,
			acknowledged: [...witnesses.acknowledged],
			runs,
			attempts: await attemptsOf(home, runs, witnesses),
			publications: (await Promise.all(histories)).flat(),
			leftovers: witnesses.leftovers,
			engines: witnesses.engines,
		};
	} finally {
		store.close();
	}
}

async function attemptsOf(
	home: Home,
	runs: readonly RunDetail[],
	{ recorded, hits }: Witnesses,
): Promise<Attempt[]> {
	const instance = instanceOf(home.berth);
	const ledger = readLedger(
		await readFile(home.ledger, "utf8").catch(() => ""),
	);
	const seen = Map.groupBy(recorded, ({ attempt }) => attempt);
	const hit = new Map(hits.map((one) => [one.attempt, one]));
	const found: Attempt[] = [];
	for (const run of runs)
		for (const task of run.tasks)
			for (const record of task.attempts) {
				const { id, number } = record;
				const name = containerName(instance, run.id, task.name, number);
				found.push({
					...record,
					task: task.name,
					story: ledger.get(id) ?? { starts: 0, end: null },
					recorded: seen.get(id) ?? [],
					hit: hit.get(id) ?? null,
					log: await logOf(join(home.berth, "logs"), name),
				});
			}
	return [...found, ...unknown(found, seen, ledger)];
}

/** Attempts that others saw and the journal knows nothing of. */
function unknown(
	known: readonly Attempt[],
	seen: ReadonlyMap<string, readonly Recorded[]>,
	ledger: ReadonlyMap<string, Story>,
): Attempt[] {
	const ids = new Set<string>(known.map(({ id }) => id));
	const strange = [...seen.keys(), ...ledger.keys()].filter(
		(id) => !ids.has(id),
	);
	return [...new Set(strange)].map((id) => ({
		id: id as AttemptId,
		number: Number(id.split("/").at(-1)),
		task: id.split("/").at(-2) ?? "",
		ending: null,
		createdAt: 0 as Attempt["createdAt"],
		startedAt: null,
		endedAt: null,
		imageKey: null,
		imageId: null,
		fingerprint: null,
		unchangedSince: null,
		story: ledger.get(id) ?? { starts: 0, end: null },
		recorded: seen.get(id) ?? [],
		hit: null,
		log: { stdout: "", stderr: "" },
	}));
}

async function logOf(folder: string, name: string): Promise<LogText> {
	const stored = await readFile(join(folder, `${name}.log`)).catch(() =>
		Buffer.alloc(0),
	);
	const { records, used } = decodeRecords(stored);
	const rest = used < stored.length ? "(a record that is not whole)\n" : "";
	return {
		stdout: `${writtenBytes(records, "stdout")}${rest}`,
		stderr: `${writtenBytes(records, "stderr")}${rest}`,
	};
}
