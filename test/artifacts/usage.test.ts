import {
	chmodSync,
	linkSync,
	mkdirSync,
	readdirSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { measureUsage } from "../../orchestrator/artifacts/measure-usage.ts";
import { usageIn } from "../../orchestrator/artifacts/usage.ts";
import { aFolder, asItsUser, isRoot, write } from "./rig.ts";

const KIB = 1024;
const ALL = 1_000_000;

test("a folder that is not there, or empty, holds nothing", async () => {
	const folder = aFolder();
	const nothing = { bytes: 0, shown: 0, entries: 0, closed: null };
	expect(await measureUsage(folder, ALL)).toEqual(nothing);
	expect(await measureUsage(join(folder, "x"), ALL)).toEqual(nothing);
});

test("counts blocks as the disk does, and holes only as what they show", async () => {
	const folder = aFolder();
	writeFileSync(join(folder, "full"), Buffer.alloc(64 * KIB, 1));
	writeFileSync(join(folder, "holes"), "");
	truncateSync(join(folder, "holes"), 2 ** 40);
	const used = await measureUsage(folder, ALL);
	expect(used).toMatchObject({ shown: 2 ** 40 + 64 * KIB, entries: 2 });
	expect(used.bytes).toBeGreaterThanOrEqual(64 * KIB);
	expect(used.bytes).toBeLessThan(96 * KIB);
});

test("a file of several names takes its place once; links are not followed", async () => {
	const folder = aFolder();
	write(folder, { "a/x": "x".repeat(64 * KIB), "b/": "" });
	linkSync(join(folder, "a/x"), join(folder, "b/y"));
	symlinkSync("/usr", join(folder, "b/usr"));
	const used = await measureUsage(folder, ALL);
	expect(used).toMatchObject({ shown: 64 * KIB, entries: 5 });
});

test("many files are counted on another thread, and no more of them than asked", async () => {
	const folder = aFolder();
	for (let i = 0; i < 1000; i++) writeFileSync(join(folder, `${i}`), "1");
	expect(await measureUsage(folder, ALL)).toMatchObject({
		shown: 1000,
		entries: 1000,
	});
	expect(await measureUsage(folder, 500)).toMatchObject({ entries: 501 });
	expect(await measureUsage(folder, 10)).toMatchObject({ entries: 11 });
});

test("any name is counted, also what is no text", async () => {
	const folder = aFolder();
	const odd = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff])]);
	mkdirSync(odd);
	writeFileSync(Buffer.concat([odd, Buffer.from("/a\nb")]), "12345");
	expect(await measureUsage(folder, ALL)).toMatchObject({
		shown: 5,
		entries: 2,
		closed: null,
	});
});

test("what lies deeper than a path can name is told", async () => {
	const folder = aFolder();
	let at = folder;
	for (; at.length < 3800; at += `/${"d".repeat(200)}`);
	mkdirSync(at, { recursive: true });
	const deeper = "e".repeat(200);
	const before = process.cwd();
	process.chdir(at);
	for (let i = 0; i < 3; i++) {
		mkdirSync(deeper);
		process.chdir(deeper);
	}
	process.chdir(before);
	const { closed } = await measureUsage(folder, ALL);
	expect(closed).toMatch(/^"\/d{198}…"$/);
});

test("a folder that nobody may look into is told by its name", async () => {
	const folder = aFolder();
	write(folder, { "a/x": "1", "a/b/y": "2" });
	const used = await asItsUser(folder, async () => {
		chmodSync(join(folder, "a/b"), 0o300);
		return measureUsage(folder, ALL);
	});
	expect(used).toMatchObject({ closed: '"/a/b"', entries: 3 });
	if (isRoot)
		expect(await measureUsage(folder, ALL)).toMatchObject({ closed: null });
});

test("many folders beside each other and deep in each other are counted, with few of them open and none left open", async () => {
	const folder = aFolder();
	for (let i = 0; i < 3_000; i++) mkdirSync(join(folder, `wide/${i}`), DEEP);
	for (const name of ["a", "b"])
		mkdirSync(join(folder, "deep", `${name}/`.repeat(250), "x"), DEEP);
	const open = () => readdirSync("/proc/self/fd").length;
	const before = open();
	expect(usageIn(folder, ALL)).toMatchObject({ entries: 3_504, closed: null });
	expect(usageIn(folder, 3_200).entries).toBe(3_201);
	expect(usageIn(join(folder, "deep"), 400).entries).toBe(401);
	expect(open()).toBe(before);
});

const DEEP = { recursive: true };
