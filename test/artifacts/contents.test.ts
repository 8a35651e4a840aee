import { createHash } from "node:crypto";
import {
	chmodSync,
	copyFileSync,
	existsSync,
	linkSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	truncateSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Source } from "../../orchestrator/model/task-state.ts";
import type { Named } from "../../orchestrator/model/words.ts";
import { aDataDirectory, answer, isRoot, never, path, write } from "./rig.ts";

const sha256 = (text: string | Buffer) =>
	createHash("sha256").update(text).digest("hex");

/** As a file is said. */
const wordOf = (text: string | Buffer): string => `f-${sha256(text)}`;

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

	test("that is a file are its sha256, said as a file's, wherever it lies", async () => {
		const data = aDataDirectory();
		write(data.data, below("inbox"));
		await data.publish("raw/a", { "x/other.csv": "1,2\n" });
		for (const at of ["inbox/a.csv", "raw/a/x/other.csv"])
			expect(await contentsAt(data, at)).toBe(wordOf("1,2\n"));
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
		expect(await contentsAt(data, "one/a.csv")).toBe(single.replace(/^f/, "x"));
	});

	test("tell a folder from a file that holds the text of which the folder's hash is made", async () => {
		const data = aDataDirectory();
		const text = `berth-tree-1\nfile - 4 ${sha256("1,2\n")} a.csv\0`;
		write(data.data, { "folder/a.csv": "1,2\n", "text/it": text });
		expect(await contentsAt(data, "folder")).toBe(sha256(text));
		expect(await contentsAt(data, "text/it")).toBe(wordOf(text));
	});
});

describe("what was hashed once", () => {
	const settled = async () => {
		const data = aDataDirectory();
		write(data.data, below("inbox"));
		utimesSync(join(data.data, "inbox/a.csv"), 1_000, 1_000);
		await contentsAt(data, "inbox");
		return data;
	};
	/** Nobody who reads the file comes to this answer. */
	const pretend = ({ hashes }: Data, at: string) => {
		const row = hashes.rows.get(at);
		if (!row) throw new Error(`${at} is not remembered.`);
		hashes.rows.set(at, { ...row, sha256: "remembered" });
	};
	const isReadAgain = async (data: Data, at = "inbox/a.csv") =>
		!(await contentsAt(data, at)).endsWith("remembered");

	test("is not read again, by another process neither", async () => {
		const data = await settled();
		pretend(data, "inbox/a.csv");
		expect(await isReadAgain(data)).toBe(false);
		const source = await sourceAt(data, "inbox/a.csv");
		expect(await data.again().contentsOf(source, never)).toBe("f-remembered");
	});

	test.each<[string, (file: string) => void]>([
		["written to", (file) => writeFileSync(file, "1,3\n")],
		["given an old time", (file) => utimesSync(file, 1, 1)],
		[
			"written to and given back the time it had",
			(file) => {
				const { mtimeMs } = statSync(file);
				writeFileSync(file, "1,3\n");
				utimesSync(file, mtimeMs / 1_000, mtimeMs / 1_000);
			},
		],
		[
			"replaced by a copy",
			(file) => {
				copyFileSync(file, `${file}2`);
				renameSync(`${file}2`, file);
			},
		],
		["cut short", (file) => writeFileSync(file, "1")],
	])("is read again when it was %s", async (_, change) => {
		const data = await settled();
		pretend(data, "inbox/a.csv");
		change(join(data.data, "inbox/a.csv"));
		expect(await isReadAgain(data)).toBe(true);
	});

	test("in an object is never read again, whatever its times say", async () => {
		const data = aDataDirectory();
		const { object } = await data.publish("raw/a", below("in"));
		for (const at of ["raw/a/in/a.csv", "raw/a/in"]) {
			const stored = at.replace("raw/a", `.berth/objects/${object}`);
			await contentsAt(data, at);
			pretend(data, stored);
			utimesSync(join(data.data, stored), 1, 1);
			expect(await isReadAgain(data, at)).toBe(false);
		}
	});

	test("in an object is read again when it was of another size, since that was damaged then, or is now", async () => {
		const data = aDataDirectory();
		const { object } = await data.publish("raw/a", { "x.csv": "1" });
		const file = join(data.data, ".berth/objects", object, "x.csv");
		const whole = await contentsAt(data, "raw/a/x.csv");
		chmodSync(file, 0o644);
		writeFileSync(file, "1 and more");
		expect(await contentsAt(data, "raw/a/x.csv")).not.toBe(whole);
		writeFileSync(file, "1");
		expect(await contentsAt(data, "raw/a/x.csv")).toBe(whole);
	});

	test("is remembered only when its times are two seconds older than its hashing, since it could change again within a tick of the clock", async () => {
		const data = aDataDirectory();
		data.clock.aheadMs = JUST_NOW;
		write(data.data, below("inbox"));
		await contentsAt(data, "inbox");
		expect(data.hashes.rows.size).toBe(0);
		data.clock.aheadMs = 2_000;
		await contentsAt(data, "inbox");
		expect(data.hashes.rows.size).toBe(2);
	});

	test("is not remembered when it was changed just now and given an old time", async () => {
		const data = aDataDirectory();
		data.clock.aheadMs = JUST_NOW;
		write(data.data, below("inbox"));
		utimesSync(join(data.data, "inbox/a.csv"), 1, 1);
		await contentsAt(data, "inbox/a.csv");
		expect(data.hashes.rows.size).toBe(0);
	});

	test("is not remembered with a time in the future", async () => {
		const data = aDataDirectory();
		write(data.data, below("inbox"));
		const tomorrow = Date.now() / 1_000 + 86_400;
		utimesSync(join(data.data, "inbox/a.csv"), tomorrow, tomorrow);
		await contentsAt(data, "inbox");
		expect([...data.hashes.rows.keys()]).toEqual(["inbox/sub/deep/b.csv"]);
	});

	test("is forgotten when nobody asked for it in three months", async () => {
		const data = await settled();
		const day = 86_400_000;
		data.clock.aheadMs = 80 * day;
		await contentsAt(data, "inbox/a.csv");
		data.clock.aheadMs = 100 * day;
		await data.artifacts.sweep(new Set(), Number.POSITIVE_INFINITY);
		expect([...data.hashes.rows.keys()]).toEqual(["inbox/a.csv"]);
	});

	test.each(["full", "read-only", "damaged"] as const)(
		"is read again while the database is %s, and nothing fails for it",
		async (trouble) => {
			const data = await settled();
			pretend(data, "inbox/a.csv");
			data.hashes.trouble = trouble;
			expect(await contentsAt(data, "inbox/a.csv")).toBe(wordOf("1,2\n"));
			await data.artifacts.sweep(new Set(), Number.POSITIVE_INFINITY);
		},
	);
});

describe("a file that is not what it was", () => {
	const change = "changed while it was in use. Write it under another name";

	test("before it is hashed is a problem by no fault of the task's", async () => {
		const data = aDataDirectory();
		write(data.data, below("inbox"));
		const source = await sourceAt(data, "inbox");
		write(data.data, { "inbox/a.csv": "1,3\n" });
		expect(await contentsOf(data, source)).toMatchObject({
			lost: true,
			message: expect.stringContaining(`"inbox/a.csv" ${change}`),
		});
		rmSync(join(data.data, "inbox/a.csv"));
		expect(await contentsOf(data, source)).toMatchObject({
			lost: true,
			message: expect.stringContaining('"inbox/a.csv" was removed'),
		});
	});

	test("although it is known is a problem, too", async () => {
		const data = aDataDirectory();
		write(data.data, below("inbox"));
		await contentsAt(data, "inbox");
		const source = await sourceAt(data, "inbox");
		utimesSync(join(data.data, "inbox/a.csv"), 1, 1);
		expect(await contentsOf(data, source)).toMatchObject({ lost: true });
	});

	test("after it was hashed is a problem; the others are remembered", async () => {
		const data = aDataDirectory();
		write(data.data, { ...below("inbox"), "inbox/big": "" });
		grow(join(data.data, "inbox/big"), MUCH);
		const source = await sourceAt(data, "inbox");
		data.hashes.onAsked = () =>
			utimesSync(join(data.data, "inbox/a.csv"), 1, 1);
		expect(await contentsOf(data, source)).toMatchObject({
			lost: true,
			message: expect.stringContaining(`"inbox/a.csv" ${change}`),
		});
		expect(new Set(data.hashes.rows.keys())).toEqual(
			new Set(["inbox/big", "inbox/sub/deep/b.csv"]),
		);
	});

	test("is nobody else's problem who reads another file of the same input", async () => {
		const data = aDataDirectory();
		write(data.data, { "inbox/x": "", "inbox/y": "" });
		for (const at of ["x", "y"]) grow(join(data.data, "inbox", at), MUCH);
		const both = await sourceAt(data, "inbox");
		const one = await sourceAt(data, "inbox/y");
		const asked = hasAsked(data, 1);
		const first = contentsOf(data, both);
		await asked;
		grow(join(data.data, "inbox/x"), 1);
		const second = contentsOf(data, one);
		expect(await first).toMatchObject({ lost: true });
		expect(await second).toBe(wordOf(Buffer.alloc(MUCH)));
	});

	test("and may not be read is named, with what to do", async ({ skip }) => {
		skip(isRoot, "nothing stops root");
		const data = aDataDirectory();
		write(data.data, below("inbox"));
		chmodSync(join(data.data, "inbox/a.csv"), 0o000);
		const got = await contentsOf(data, await sourceAt(data, "inbox"));
		expect(got).toEqual({
			kind: "problem",
			lost: false,
			message:
				'"inbox/a.csv" may not be read, so berth cannot tell whether it has changed. Change its mode or its owner.',
		});
	});

	test("because it lies in an object that is gone is a problem by no fault of the task's", async () => {
		const data = aDataDirectory();
		const { object } = await data.publish("raw/a", below("in"));
		const source = await sourceAt(data, "raw/a/in");
		await data.artifacts.removeObject(object, async () => false);
		const gone = { lost: true, message: expect.stringContaining("is gone") };
		expect(await contentsOf(data, source)).toMatchObject(gone);
		expect(await data.artifacts.filesOf(source, never)).toMatchObject(gone);
	});
});

/** However long it takes from the writing to the hashing. */
const JUST_NOW = -60_000;

describe("a large input", () => {
	const aLargeFile = async (size = MUCH) => {
		const data = aDataDirectory();
		write(data.data, { "inbox/big": "" });
		grow(join(data.data, "inbox/big"), size);
		return { data, source: await sourceAt(data, "inbox/big") };
	};

	test("is told of, once", async () => {
		const { data, source } = await aLargeFile(300 * MIB);
		const told: string[] = [];
		for (let time = 0; time < 2; time += 1)
			await data.artifacts.contentsOf(source, never, (text) => told.push(text));
		expect(told).toEqual(["hashing 300 MiB of inputs"]);
	});

	test("is read once for many who want it at the same time, and goes on when one of them gives up", async ({
		skip,
	}) => {
		skip(!existsSync("/proc/self/io"), "the system does not count reading");
		const { data, source } = await aLargeFile();
		const before = bytesRead();
		const asked = hasAsked(data, 4);
		const stop = new AbortController();
		const first = data.artifacts.contentsOf(source, stop.signal);
		const others = [1, 2, 3].map(() => contentsOf(data, source));
		await asked;
		stop.abort(new Error("enough"));
		await expect(first).rejects.toThrow("enough");
		const expected = wordOf(Buffer.alloc(MUCH));
		expect(await Promise.all(others)).toEqual([expected, expected, expected]);
		expect(bytesRead() - before).toBeLessThan(1.9 * MUCH);
	});

	test("that everybody gave up keeps nobody from reading another one", async () => {
		const data = aDataDirectory();
		write(data.data, { "inbox/some": "" });
		grow(join(data.data, "inbox/some"), 5 * MIB);
		// As many as there may ever be threads; none of them comes to an end by itself.
		const endless = Array.from({ length: 8 }, async (_, n) => {
			write(data.data, { [`endless/${n}`]: "" });
			grow(join(data.data, `endless/${n}`), 1024 ** 4);
			const source = await sourceAt(data, `endless/${n}`);
			const stop = new AbortController();
			return data.artifacts.contentsOf(source, stop.signal, () =>
				setImmediate(() => stop.abort(new Error("enough"))),
			);
		});
		for (const { status } of await Promise.allSettled(endless))
			expect(status).toBe("rejected");
		expect(await contentsAt(data, "inbox/some")).toBe(
			wordOf(Buffer.alloc(5 * MIB)),
		);
	});

	test("that everybody gave up is read anew by who comes next", async () => {
		const { data, source } = await aLargeFile();
		const asked = hasAsked(data, 1);
		const stop = new AbortController();
		const first = data.artifacts.contentsOf(source, stop.signal);
		await asked;
		stop.abort(new Error("enough"));
		await expect(first).rejects.toThrow("enough");
		expect(await contentsOf(data, source)).toBe(wordOf(Buffer.alloc(MUCH)));
	});
});

test("1,000 files that have not changed are copied into an object only once", async () => {
	const data = aDataDirectory();
	const files = Array.from({ length: 1_000 }, (_, n) => `${n % 7}/f${n}`);
	write(
		data.data,
		below("inbox", Object.fromEntries(files.map((at) => [at, at]))),
	);
	chmodSync(join(data.data, "inbox/3/f3"), 0o755);
	const first = await sourceAt(data, "inbox");
	expect(first).toMatchObject({
		kind: "object",
		inside: null,
		copies: { of: "inbox", files: 1_000 },
	});
	// Nothing can be copied to where a file is.
	rmSync(join(data.data, ".berth/staging"), { recursive: true });
	write(data.data, { ".berth/staging": "" });
	expect(await sourceAt(data, "inbox")).toEqual(first);
	write(data.data, { "inbox/0/f0": "new" });
	await expect(data.artifacts.source(path("inbox"))).rejects.toThrow();
});

test("copies of many files are made anew when their object is gone, or a part of it", async () => {
	const data = aDataDirectory();
	const files = Array.from({ length: 65 }, (_, n) => [`inbox/${n}`, `${n}`]);
	write(data.data, Object.fromEntries(files));
	const first = await sourceAt(data, "inbox");
	if (first.kind !== "object") throw new Error(`It is a ${first.kind}.`);
	await data.artifacts.removeObject(first.object, async () => false);
	expect(await sourceAt(data, "inbox")).toEqual(first);
	expect(await data.artifacts.has([first.object])).toBe(true);
	const folder = join(data.data, ".berth/objects", first.object);
	chmodSync(folder, 0o755);
	rmSync(join(folder, "7"));
	expect(await sourceAt(data, "inbox")).toEqual(first);
	expect(readFileSync(join(folder, "7"), "utf8")).toBe("7");
});

describe("the files of an input", () => {
	const file = (at: string, text: string, executable = false) => ({
		path: at,
		bytes: text.length,
		executable,
		sha256: sha256(text),
	});

	test("are those of an object, of a folder in it, of a single file, and of a folder from outside", async () => {
		const data = aDataDirectory();
		await data.publish("raw/a", { ...below("in"), "empty/": "" });
		write(data.data, below("inbox"));
		chmodSync(join(data.data, "inbox/a.csv"), 0o755);
		const filesAt = async (at: string) =>
			data.artifacts.filesOf(await sourceAt(data, at), never);
		const [a, b] = [file("a.csv", "1,2\n"), file("sub/deep/b.csv", "3,4\n")];
		for (let time = 0; time < 2; time += 1) {
			expect(await filesAt("raw/a")).toEqual([
				{ ...a, path: "in/a.csv" },
				{ ...b, path: "in/sub/deep/b.csv" },
			]);
			expect(await filesAt("raw/a/in")).toEqual([a, b]);
			expect(await filesAt("raw/a/in/a.csv")).toEqual([a]);
			expect(await filesAt("inbox")).toEqual([{ ...a, executable: true }, b]);
		}
	});

	test("that have two names are two, in a folder that holds one of the names as well", async () => {
		const data = aDataDirectory();
		const { out } = await data.stage("it");
		write(out.it ?? "", { "one/a": "x", "two/": "" });
		linkSync(join(out.it ?? "", "one/a"), join(out.it ?? "", "two/a"));
		const { it } = answer(await data.collect({ it: "raw/a" }));
		data.publications.publish("raw/a", it?.object ?? "", it);
		const one = await sourceAt(data, "raw/a/one");
		expect(await data.artifacts.filesOf(one, never)).toEqual([file("a", "x")]);
		expect(await contentsAt(data, "raw/a/one")).toBe(
			await contentsAt(data, "raw/a/two"),
		);
	});
});

const MIB = 1024 ** 2;
/** It takes another thread some time. */
const MUCH = 64 * MIB;

/** Resolves once so many have asked what is known and gone on to read: together, so that nobody comes when another has read it all. */
async function hasAsked({ hashes }: Data, times: number): Promise<void> {
	const all = Promise.withResolvers<void>();
	await new Promise<void>((resolve) => {
		hashes.onAsked = () => {
			times -= 1;
			if (times === 0) {
				all.resolve();
				setImmediate(resolve);
			}
			return all.promise;
		};
	});
}

/** As large as this, without taking place on the disk. */
const grow = truncateSync;

const bytesRead = (): number =>
	Number(/rchar: (\d+)/.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
