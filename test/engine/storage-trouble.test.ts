import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import { beforeEach, describe, expect, test } from "vitest";
import type { Instant, RunId } from "../../orchestrator/model/words.ts";
import { connect } from "../../orchestrator/store/sqlite/connect.ts";
import { SqliteStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { RESULT_FILE } from "../../shared/task-contract.ts";
import { takenAway } from "../rig/an-engine.ts";
import { EngineRig } from "../rig/engine-rig.ts";
import { HandClock } from "../rig/hand-clock.ts";
import { aPlan, aTask, instant } from "../rig/plans.ts";
import { Puppet } from "../rig/puppet.ts";
import type { PuppetTask } from "../rig/puppet-task.ts";
import { damage, lockedByAnother } from "../rig/storage.ts";

let puppet: Puppet;
let clock: HandClock;
let data: string;
let sqlite: Database;
let rig: EngineRig;

const file = () => join(data, "berth.db");

function open(): void {
	sqlite = connect(file());
	const store = new SqliteStore(sqlite);
	rig = new EngineRig(puppet, { clock, data, store });
	takenAway(rig, puppet);
}

beforeEach(() => {
	puppet = new Puppet();
	clock = new HandClock(instant(0));
	data = mkdtempSync(join(tmpdir(), "berth-trouble-"));
	open();
});

const plan = aPlan(
	aTask("first", { work: { result: {} } }),
	aTask("second", { after: ["first"] }),
	aTask("beside"),
);

/** More than one page, so that a database that may not grow cannot take it. */
const BIG = JSON.stringify({ text: "x".repeat(100_000) });

const statuses = async (id: RunId) =>
	Object.fromEntries(
		((await rig.store.run(id))?.tasks ?? []).map(({ name, state }) => [
			name,
			state.status,
		]),
	);

const running = async (id: RunId, ...names: string[]) => {
	const tasks: PuppetTask[] = [];
	for (const name of names) tasks.push(await puppet.next(name));
	await expect
		.poll(async () => {
			const now = await statuses(id);
			return names.map((name) => now[name]);
		})
		.toEqual(names.map(() => "running"));
	return tasks;
};

/** Time goes on until the next trial. */
async function tryAgain(): Promise<Instant> {
	const at = await clock.asleep();
	void clock.moveTo(at);
	return at;
}

describe("a database that is full", () => {
	test("launches nothing, leaves what runs running, is told once, and goes on by itself", async () => {
		const id = await rig.begin(plan);
		const [first, beside] = await running(id, "first", "beside");
		const pages = sqlite.pragma("page_count", { simple: true });
		sqlite.pragma(`max_page_count = ${pages}`);

		first?.write(RESULT_FILE, BIG);
		first?.exit(0);
		await expect.poll(() => rig.troubles).toHaveLength(1);
		expect(rig.troubles[0]).toMatch(
			/^The database .*berth\.db cannot be written, because its disk is full .*Make room there\. Until then no task is started or ended; containers that are up go on\.$/,
		);
		expect(rig.engine.trouble?.kind).toBe("full");
		expect(beside?.end).toBeNull();

		// Ever less often, but at least twice a minute; and what is observed meanwhile waits.
		beside?.exit(0);
		let before = 0;
		const pauses: number[] = [];
		for (let trial = 0; trial < 7; trial++) {
			const at = await tryAgain();
			pauses.push(at - before);
			before = at;
			await expect.poll(() => clock.asleep()).toBeGreaterThan(at);
		}
		expect(pauses).toEqual([
			1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
		]);
		expect(await statuses(id)).toMatchObject({ second: "waiting" });
		expect(puppet.launched.map(({ task }) => task)).not.toContain("second");
		expect(rig.troubles).toHaveLength(1);

		sqlite.pragma("max_page_count = 1000000");
		await tryAgain();
		(await puppet.next("second")).exit(0);
		const run = await rig.settled(id);
		expect(run.status).toBe("succeeded");
		expect(run.tasks.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1]);
		expect(rig.troubles.slice(1)).toEqual([
			"The database can be written again; going on.",
		]);
		expect(rig.engine.trouble).toBeNull();
	});

	test("does nothing of a turn: neither its events nor its decisions are in the journal or acted on before they are remembered", async () => {
		const id = await rig.begin(plan);
		const [first] = await running(id, "first", "beside");
		const known = (await rig.store.events(id)).length;
		const told = rig.journal.length;
		sqlite.pragma(
			`max_page_count = ${sqlite.pragma("page_count", { simple: true })}`,
		);
		first?.write(RESULT_FILE, BIG);
		first?.exit(0);
		await expect.poll(() => rig.engine.trouble).not.toBeNull();
		const events = await rig.store.events(id);
		expect(rig.journal.length - told).toBe(events.length - known);
		expect(events.map(({ type }) => type)).not.toContain("published");

		sqlite.pragma("max_page_count = 1000000");
		await tryAgain();
		(await puppet.next("second")).exit(0);
		rig.engine.observe(id, { type: "cancel-requested", at: clock.now() });
		const run = await rig.settled(id);
		expect(await rig.store.events(id)).toEqual(rig.journal);
		expect(run.tasks[0]?.state.status).toBe("succeeded");
	});

	test("refuses who asks for a run or a variable, and lets them look", async () => {
		const id = await rig.begin(plan);
		await running(id, "first", "beside");
		sqlite.pragma(
			`max_page_count = ${sqlite.pragma("page_count", { simple: true })}`,
		);
		const full = expect.objectContaining({
			name: "StoreUnavailable",
			kind: "full",
		});
		await expect(rig.store.setVar("big", BIG, instant(1))).rejects.toEqual(
			full,
		);
		const created = rig.store.create({
			id: "p@2026-11-21~1" as RunId,
			plan: { ...plan, params: { big: BIG } },
			trigger: { kind: "hand" },
			createdAt: instant(1),
			carried: [],
		});
		await expect(created).rejects.toEqual(full);
		expect(await rig.store.runs({})).toHaveLength(1);
		expect(await rig.store.vars()).toEqual([]);
		sqlite.pragma("max_page_count = 1000000");
	});

	test("can be closed while it waits", async () => {
		const id = await rig.begin(plan);
		const [first] = await running(id, "first", "beside");
		sqlite.pragma(
			`max_page_count = ${sqlite.pragma("page_count", { simple: true })}`,
		);
		first?.write(RESULT_FILE, BIG);
		first?.exit(0);
		await expect.poll(() => rig.engine.trouble).not.toBeNull();
		await rig.close();

		// The next one finds what has happened meanwhile.
		const { launched } = puppet;
		open();
		await rig.engine.start();
		(await puppet.next("second")).exit(0);
		for (const task of launched) expect(task.attempt).toMatch(/\/1$/);
		await expect.poll(async () => (await statuses(id)).first).toBe("succeeded");
	});
});

test("a database that another process has locked is waited for", async () => {
	const id = await rig.begin(plan);
	const [first, beside] = await running(id, "first", "beside");
	const letGo = await lockedByAnother(file());
	first?.write(RESULT_FILE, "{}");
	first?.exit(0);
	await expect.poll(() => rig.engine.trouble?.kind).toBe("locked");
	expect(rig.troubles[0]).toMatch(
		/is locked by another program: database is locked .*End what has it open besides berth/,
	);
	expect(beside?.end).toBeNull();
	beside?.exit(0);

	await letGo();
	await tryAgain();
	(await puppet.next("second")).exit(0);
	const run = await rig.settled(id);
	expect(run.status).toBe("succeeded");
	expect(run.tasks.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1]);
});

test("a damaged page stops launching for good, and lets people look and containers run", async () => {
	const id = await rig.begin(plan);
	const [first, beside] = await running(id, "first", "beside");
	await rig.close();
	damage(file(), "events");
	open();
	await rig.engine.start();
	first?.exit(0);
	await expect.poll(() => rig.engine.trouble?.kind).toBe("damaged");
	expect(rig.troubles[0]).toMatch(
		/berth\.db is damaged: database disk image is malformed .*Nothing more is written to it\. Stop berth and restore a backup \("berth restore FILE"\)/,
	);
	expect(await rig.store.runs({})).toMatchObject([{ id, status: "running" }]);
	// Nor is it tried again, or written by anybody else.
	expect(beside?.end).toBeNull();
	beside?.exit(0);
	await expect.poll(() => clock.asleep()).toBe(Number.MAX_SAFE_INTEGER);
	await expect(rig.store.setVar("a", "b", instant(1))).rejects.toMatchObject({
		kind: "damaged",
	});
	expect(puppet.launched.map(({ task }) => task).toSorted()).toEqual([
		"beside",
		"first",
	]);
});

test("with a damaged database, draining says what is left and gives up with the trouble's sentence, before it was noticed or after", async () => {
	const id = await rig.begin(plan);
	const [first] = await running(id, "first", "beside");
	await rig.close();
	damage(file(), "events");
	open();
	await rig.engine.start();
	const lost = expect.objectContaining({
		kind: "damaged",
		message: expect.stringMatching(/Stop berth and restore a backup/),
	});
	const left: string[] = [];
	const draining = () =>
		rig.engine.drain((now) => left.push(now.map(({ task }) => task).join()));
	const before = draining();
	first?.exit(0);
	await expect(before).rejects.toEqual(lost);
	expect(left.at(-1)).toBe("first,beside");
	left.length = 0;
	await expect(draining()).rejects.toEqual(lost);
	expect(left).toEqual(["first,beside"]);
});
