import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { readlink } from "node:fs/promises";
import { acquireOwnership } from "../../orchestrator/store/sqlite/owner-lock.ts";
import type { EngineWatch } from "./engine-watch.ts";
import type { Expectation } from "./expectation.ts";
import { logFaults } from "./log-checks.ts";
import type { Site } from "./site.ts";
import { type Stored, stored } from "./stored.ts";
import { madeBy, PATH, TWIN } from "./task.ts";

/** Everything that is not as promised, now that the run is settled and berth has stopped. */
export async function faultsOf(
	site: Site,
	watch: EngineWatch,
	expected: Expectation,
): Promise<readonly string[]> {
	const end = await stored(site);
	if (!end) return ["the run is not stored"];
	return [
		...endingFaults(end, expected),
		...containerFaults(end, expected, site, watch),
		...publicationFaults(end, site),
		...(await logFaults(end.run, site, expected)),
		...(await leftovers(end, site, watch)),
	];
}

function* endingFaults({ run }: Stored, expected: Expectation) {
	const { statuses, attempts, last } = expected;
	if (!statuses.includes(run.status))
		yield `the run is ${run.status} instead of ${statuses.join(" or ")}`;
	const tries = run.tasks[0]?.attempts ?? [];
	if (!attempts.includes(tries.length))
		yield `${tries.length} attempts instead of ${attempts.join(" or ")}`;
	for (const { ending, number } of tries) {
		if (ending === null) yield `attempt ${number} has no ending`;
		else if (number < tries.length && !LOST.has(ending.kind))
			yield `attempt ${number} was repeated although it ended: ${ending.kind} ${ending.code}`;
	}
	const ended = tries.at(-1)?.ending;
	if (run.status === "cancelled" || !ended) return;
	if (ended.kind !== last.kind || ended.code !== last.code)
		yield `it ended with ${ended.kind} ${ended.code} instead of ${last.kind} ${last.code}`;
}

const LOST = new Set(["vanished", "refused"]);

function* containerFaults(
	{ run }: Stored,
	{ mayBeMadeTwice }: Expectation,
	{ instance }: Site,
	watch: EngineWatch,
) {
	const created = watch.happened(instance, "create");
	const started = watch.happened(instance, "start");
	const attempts = run.tasks[0]?.attempts.length ?? 0;
	if (created.size > attempts)
		yield `${created.size} containers for ${attempts} attempts`;
	for (const [name, times] of created)
		if (times > (mayBeMadeTwice ? 2 : 1))
			yield `${name} was created ${times} times`;
	for (const [name, times] of started)
		if (times > 1) yield `${name} was started ${times} times`;
}

function* publicationFaults({ run, publications }: Stored, site: Site) {
	const isPublished = run.tasks[0]?.state.status === "succeeded";
	const number = run.tasks[0]?.attempts.length ?? 0;
	if (publications.length !== (isPublished ? 1 : 0))
		yield `${publications.length} publications of a ${run.status} run`;
	if (!isPublished) {
		for (const path of [PATH, TWIN])
			if (lstatSync(site.at(path), { throwIfNoEntry: false }))
				yield `${path} is there, although nothing was published`;
		return;
	}
	const attempt = `${run.id}/${run.tasks[0]?.name}/${number}`;
	if (publications[0]?.attempt !== attempt)
		yield `published by ${publications[0]?.attempt} instead of ${attempt}`;
	for (const path of [PATH, TWIN]) {
		const made = ["half.txt", "made.txt"].map((name) =>
			textOf(site, path, name),
		);
		if (made.join("") !== `half\n${madeBy(number)}`)
			yield `${path} holds ${made.join(" and ")}`;
	}
}

function textOf(site: Site, path: string, name: string): string {
	const file = site.at(path, name);
	return existsSync(file) ? readFileSync(file, "utf8") : "nothing";
}

async function leftovers(
	{ run, publications }: Stored,
	site: Site,
	watch: EngineWatch,
): Promise<string[]> {
	const found: string[] = [];
	for (const { name } of await watch.containers(site.instance))
		found.push(`the container ${name} is left`);
	for (const name of listed(site.at(".berth/staging")))
		if (!existsSync(site.at(".berth/staging", name, "kept")))
			found.push(`the staging folder ${name} is left`);
	if (run.status === "succeeded" && run.tasks[0]?.attempts.length === 1)
		for (const name of listed(site.at(".berth/staging")))
			found.push(`the staging folder ${name} of what succeeded is left`);
	for (const name of listed(site.at(".berth")))
		if (!OURS.has(name)) found.push(`.berth/${name} is left`);
	if (listed(site.at(".berth/objects")).length !== publications.length)
		found.push("objects that nobody published are left");
	found.push(...(await processesOf(site)));
	if (!isFree(site)) found.push("the data directory is locked");
	return found;
}

/** What a data directory that nobody works on consists of. */
const OURS = new Set([
	"berth.db",
	"berth.db-wal",
	"berth.db-shm",
	"instance",
	"logs",
	"objects",
	"owner.db",
	"owner.db-journal", // of an owner that left in haste; the lock is looked at below
	"runtime",
	"place.json",
	"staging",
]);

const listed = (folder: string): string[] =>
	existsSync(folder) ? readdirSync(folder) : [];

function isFree(site: Site): boolean {
	const ownership = acquireOwnership(site.berthFolder);
	ownership?.release();
	return ownership !== null;
}

async function processesOf(site: Site): Promise<string[]> {
	const found: string[] = [];
	for (const pid of listed("/proc").filter((name) => /^\d+$/.test(name))) {
		const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => "");
		if (site.isHome(cwd)) found.push(`process ${pid} is left in ${cwd}`);
	}
	return found;
}
