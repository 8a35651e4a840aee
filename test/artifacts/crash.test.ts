import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
	existsSync,
	lstatSync,
	readdirSync,
	readFileSync,
	readlinkSync,
} from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { inParallel } from "../../orchestrator/artifacts/durable.ts";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import { hashTree } from "../../orchestrator/artifacts/hash-pool.ts";
import { FakePublications } from "./fake-publications.ts";
import { aFolder, answer, me, name, never, path, write } from "./rig.ts";

const attempt = name("berth-abcdefghij-task-1-0123456789abcdef");
const PUBLISH = new URL("./publish-and-crash.ts", import.meta.url);
const REMOVE_OBJECT = new URL("./remove-and-crash.ts", import.meta.url);
const PATHS = ["out/a", "out/b", "c"];
const REMOVE = "before remove a part of what is an object";
const TWIN = { x: "3", y: "4", "sub/z": "5" };

async function aFinishedTask(): Promise<string> {
	const data = aFolder();
	const publications = new FakePublications();
	const artifacts = new FileArtifacts({ data, publications, user: me });
	const { out } = answer(
		await artifacts.stage(attempt, ["a", "b", "c"], `${me.uid}`),
	);
	write(out.a ?? "", { "x/y": "1", z: "2" });
	// The second of them is removed in steps, since its contents are an object already.
	write(out.b ?? "", TWIN);
	write(out.c ?? "", TWIN);
	return data;
}

const publish = (data: string, killBefore = 0): Promise<string[]> =>
	stepsOf(PUBLISH, [data, attempt], killBefore);

/** The steps that the program took. Without a step to be killed before, to its end. */
async function stepsOf(
	program: URL,
	words: readonly string[],
	killBefore: number,
): Promise<string[]> {
	const file = fileURLToPath(program);
	const child = spawn(process.execPath, [file, ...words, `${killBefore}`], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const [printed, [code, signal]] = await Promise.all([
		text(child.stdout),
		once(child, "close"),
	]);
	if (killBefore === 0) expect(code).toBe(0);
	else expect(signal).toBe("SIGKILL");
	return printed.split("\n").slice(0, -1);
}

/** What a reader may rely on at any instant, whoever was killed. */
async function expectNothingHalf(data: string): Promise<void> {
	const objects = join(data, ".berth/objects");
	for (const hash of existsSync(objects) ? readdirSync(objects) : [])
		expect(await hashTree(join(objects, hash), never)).toMatchObject({ hash });
	const publications = new FakePublications(`${data}/publications.json`);
	const published = await publications.published("");
	expect([0, PATHS.length]).toContain(published.length);
	for (const { object } of published)
		expect(existsSync(join(objects, object))).toBe(true);
	for (const path of PATHS) {
		const isSeen = lstatSync(join(data, path), { throwIfNoEntry: false });
		if (!isSeen) continue;
		expect(published.map((one) => one.path)).toContain(path);
		expect(existsSync(join(data, path, "x"))).toBe(true);
	}
}

async function expectPublished(data: string): Promise<void> {
	await expectNothingHalf(data);
	expect(readFileSync(join(data, "out/a/x/y"), "utf8")).toBe("1");
	for (const path of ["out/b", "c"])
		for (const [file, text] of Object.entries(TWIN))
			expect(readFileSync(join(data, path, file), "utf8")).toBe(text);
	expect(readdirSync(join(data, ".berth/objects"))).toHaveLength(2);
	const object = join(data, "out", readlinkSync(join(data, "out/a")));
	expect(lstatSync(object).mode & 0o777).toBe(0o555);
	expect(readdirSync(join(data, ".berth/staging"))).toEqual([]);
	expect(readdirSync(join(data, ".berth")).toSorted()).toEqual([
		"objects",
		"staging",
	]);
	const publications = new FakePublications(`${data}/publications.json`);
	expect(await publications.unprojected()).toEqual([]);
	expect(await publications.published("")).toHaveLength(PATHS.length);
}

test("killed before any step of publishing, and once more while doing it again, nothing half is ever seen and it ends right", async () => {
	const steps = await publish(await aFinishedTask());
	expect(steps.length).toBeGreaterThan(20);
	expect(steps.filter((step) => step === REMOVE)).toHaveLength(5);
	await inParallel([...steps.keys()], async (index) => {
		const data = await aFinishedTask();
		expect(await publish(data, index + 1)).toEqual(steps.slice(0, index));
		await expectNothingHalf(data);
		// There are at least two steps left to be killed before, but for the last two.
		if (index < steps.length - 2) {
			await publish(data, 1 + (index % 3));
			await expectNothingHalf(data);
		}
		await publish(data);
		await expectPublished(data);
	});
});

async function anObject(): Promise<{ data: string; object: string }> {
	const data = aFolder();
	const publications = new FakePublications();
	const artifacts = new FileArtifacts({ data, publications, user: me });
	const { out } = answer(await artifacts.stage(attempt, ["a"], `${me.uid}`));
	write(out.a ?? "", TWIN);
	const outputs = await artifacts.collect(attempt, { a: path("a") }, never);
	await artifacts.discard(attempt, false);
	return { data, object: answer(outputs).a?.object ?? "" };
}

test("killed before any step of removing an object, it is there as a whole or not at all, and what is left goes with the next sweep", async () => {
	const remove = (data: string, object: string, killBefore = 0) =>
		stepsOf(REMOVE_OBJECT, [data, object], killBefore);
	const first = await anObject();
	const steps = await remove(first.data, first.object);
	expect(steps.length).toBeGreaterThan(6);
	const seen = new Set<boolean>();
	await inParallel([...steps.keys()], async (index) => {
		const { data, object } = await anObject();
		await remove(data, object, index + 1);
		const folder = join(data, ".berth/objects", object);
		const isThere = existsSync(folder);
		seen.add(isThere);
		if (isThere)
			expect(await hashTree(folder, never)).toMatchObject({ hash: object });
		await remove(data, object);
		expect(existsSync(folder)).toBe(false);
		const staging = join(data, ".berth/staging");
		for (const left of readdirSync(staging))
			execFileSync("touch", ["-d", "2 hours ago", join(staging, left)]);
		const publications = new FakePublications();
		const artifacts = new FileArtifacts({ data, publications, user: me });
		expect((await artifacts.sweep(new Set(), 0)).failed).toEqual([]);
		expect(readdirSync(staging)).toEqual([]);
	});
	expect(seen).toEqual(new Set([true, false]));
});
