import { createHash } from "node:crypto";
import { chmodSync, renameSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Source } from "../../orchestrator/model/task-state.ts";
import type { Named } from "../../orchestrator/model/words.ts";
import { aDataDirectory, answer, never, path, write } from "./rig.ts";

const sha256 = (text: string | Buffer) =>
	createHash("sha256").update(text).digest("hex");

type Data = ReturnType<typeof aDataDirectory>;

const sourceAt = async (data: Data, at: string): Promise<Source> =>
	answer(await data.artifacts.source(path(at)));

const contentsOf = (data: Data, source: Source) =>
	data.artifacts.contentsOf(source, never);

const contentsAt = async (data: Data, at: string): Promise<string> => {
	const contents = await contentsOf(data, await sourceAt(data, at));
	if (typeof contents !== "string") throw new Error(contents.message);
	return contents;
};

/** In the same order every time, none of them executable. */
const FILES: Named<string> = { "a.csv": "1,2\n", "sub/deep/b.csv": "3,4\n" };
const below = (folder: string, files: Named<string> = FILES): Named<string> =>
	Object.fromEntries(
		Object.entries(files).map(([at, text]) => [`${folder}/${at}`, text]),
	);

describe("the contents of an input", () => {
	test("that is an object are its hash", async () => {
		const data = aDataDirectory();
		const { object } = await data.publish("raw/a", FILES);
		expect(await contentsAt(data, "raw/a")).toBe(object);
	});

	test("that is a file are its sha256, wherever it lies", async () => {
		const data = aDataDirectory();
		write(data.data, below("inbox"));
		await data.publish("raw/a", { "x/other.csv": "1,2\n" });
		for (const at of ["inbox/a.csv", "raw/a/x/other.csv"])
			expect(await contentsAt(data, at)).toBe(sha256("1,2\n"));
	});

	test("that is a folder are what an object of the same files would be, wherever it lies", async () => {
		const data = aDataDirectory();
		const { object } = await data.publish("raw/a", FILES);
		await data.publish("raw/b", below("in/it"));
		write(data.data, below("inbox/2026-11-20"));
		write(data.data, below("elsewhere"));
		utimesSync(join(data.data, "elsewhere/a.csv"), 1, 1);
		for (const at of ["raw/b/in/it", "inbox/2026-11-20", "elsewhere"])
			expect(await contentsAt(data, at)).toBe(object);
	});

	test("tell a byte, a name and an execute bit apart, and nothing else", async () => {
		const data = aDataDirectory();
		write(data.data, { ...below("one"), ...below("two"), ...below("three") });
		const whole = await contentsAt(data, "one");
		const single = await contentsAt(data, "one/a.csv");
		renameSync(join(data.data, "two/a.csv"), join(data.data, "two/b.csv"));
		expect(await contentsAt(data, "two")).not.toBe(whole);
		expect(await contentsAt(data, "two/b.csv")).toBe(single);
		write(data.data, { "three/a.csv": "1,3\n" });
		expect(await contentsAt(data, "three")).not.toBe(whole);
		chmodSync(join(data.data, "one/a.csv"), 0o600);
		expect(await contentsAt(data, "one")).toBe(whole);
		chmodSync(join(data.data, "one/a.csv"), 0o744);
		expect(await contentsAt(data, "one")).not.toBe(whole);
		expect(await contentsAt(data, "one/a.csv")).toBe(`x-${single}`);
	});
});
