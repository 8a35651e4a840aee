import {
	chmodSync,
	existsSync,
	lstatSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseDataPath } from "../../orchestrator/model/data-path.ts";
import {
	aDataDirectory,
	aFolder,
	answer,
	asItsUser,
	isRoot,
	message,
	path,
	user,
	write,
} from "./rig.ts";

describe("a path below the data directory", () => {
	test.each([
		"raw/2026-11-20",
		"a",
		"caf\u00e9/x y.csv",
		".hidden",
		"a/.berth",
	])("may be %s", (text) => expect(parseDataPath(text)).toBe(text));

	test.each([
		["", "it is empty"],
		["/etc", "begins with a slash"],
		["../x", 'a part "." or ".."'],
		["a/../../x", 'a part "." or ".."'],
		["./a", 'a part "." or ".."'],
		["a//b", "empty part"],
		["a/", "empty part"],
		[".berth/objects", "berth's own folder"],
		[".Berth", "berth's own folder"],
		["a\nb", "control character or a line break"],
		["a\u0000b", "control character"],
		["a\u2028b", "line break"],
		["cafe\u0301", "decomposed form"],
		["\ud800", "half a character"],
		[`a/${"x".repeat(256)}`, "longer than 255 bytes"],
		["abcd/".repeat(300), "longer than 1024 bytes"],
	])("is not %j", (text, fault) => {
		expect(parseDataPath(text)).toMatchObject({
			kind: "problem",
			lost: false,
			message: expect.stringContaining(fault),
		});
	});
});

describe("a task may publish", () => {
	const claim = (data: ReturnType<typeof aDataDirectory>, ...paths: string[]) =>
		data.artifacts.claim(paths.map(path));

	test("where nothing is, and where it published before", async () => {
		const data = aDataDirectory();
		await data.publish("models/a", { x: "1" });
		write(data.data, { "raw/": "", "raw/mine.csv": "" });
		expect(
			await claim(data, "models/a", "models/b", "raw/2026/11", "models/a.bak"),
		).toBe(null);
		rmSync(join(data.data, "models/a"));
		expect(await claim(data, "models/a")).toBe(null);
	});

	test.each(["models", "models/a/inner", "models/a/inner/deep"])(
		"not to %s when models/a is published",
		async (wanted) => {
			const data = aDataDirectory();
			await data.publish("models/a", { x: "1" });
			expect(await claim(data, wanted)).toBe(
				`Cannot publish to "${wanted}": "models/a" is published already (by p@2026-11-20~1/task/1), and one would lie inside the other. Choose a path that is neither above nor below it.`,
			);
		},
	);

	test("not to two places of which one lies in the other", async () => {
		const data = aDataDirectory();
		expect(await claim(data, "a/b", "c", "a/b")).toContain(
			'both "a/b" and "a/b"',
		);
		expect(await claim(data, "a/b", "a-b", "a")).toContain(
			'both "a" and "a/b"',
		);
	});

	test("not where something lies that berth did not publish", async () => {
		const data = aDataDirectory();
		const elsewhere = aFolder();
		write(data.data, { "raw/file": "", "raw/folder/": "" });
		symlinkSync(elsewhere, join(data.data, "raw/link"));
		await data.publish("models/a", { x: "1" });
		symlinkSync(
			readlinkSync(join(data.data, "models/a")),
			join(data.data, "raw/copy"),
		);
		const refusal = (at: string, what: string) =>
			`"${at}" is ${what} that berth did not publish. Move it away, or choose another path.`;
		expect(await claim(data, "raw/file")).toContain(
			refusal("raw/file", "a file"),
		);
		expect(await claim(data, "raw/file/x")).toContain(
			refusal("raw/file", "a file"),
		);
		expect(await claim(data, "raw/folder")).toContain(
			refusal("raw/folder", "a folder"),
		);
		expect(await claim(data, "raw/link")).toContain(
			refusal("raw/link", "a symbolic link"),
		);
		expect(await claim(data, "raw/link/x")).toContain(
			refusal("raw/link", "a symbolic link"),
		);
		expect(await claim(data, "raw/copy")).toContain(
			refusal("raw/copy", "a symbolic link"),
		);
		expect(await claim(data, "../x")).toContain('a part "." or ".."');
	});

	test("not where someone replaced the published path by a folder of theirs", async () => {
		const data = aDataDirectory();
		await data.publish("models/a", { x: "1" });
		rmSync(join(data.data, "models/a"));
		write(data.data, { "models/a/mine": "" });
		expect(await claim(data, "models/a")).toContain('"models/a" is a folder');
	});
});

test("a task may not publish where berth cannot write or look, which is said before it runs", async ({
	skip,
}) => {
	skip(isRoot, "nothing stops root");
	const { data, artifacts } = aDataDirectory();
	write(data, { "models/": "", "shut/deeper/": "" });
	chmodSync(join(data, "models"), 0o555);
	chmodSync(join(data, "shut"), 0o000);
	expect(await artifacts.claim([path("models/a/b")])).toBe(
		`Cannot publish to "models/a/b": berth may not write in "models". Make it writable for user ${user.uid}, or choose another path.`,
	);
	expect(await artifacts.claim([path("shut/deeper/x")])).toContain(
		'"shut/deeper" lies in a folder that berth may not look into',
	);
});

describe("a published path", () => {
	test("is a relative symlink to its object, of the data directory's user", async () => {
		const { data, publish } = aDataDirectory();
		const { object } = await publish("models/2026-11-20/model", {
			"m.json": "{}",
		});
		const link = join(data, "models/2026-11-20/model");
		expect(readlinkSync(link)).toBe(`../../.berth/objects/${object}`);
		expect(readFileSync(join(link, "m.json"), "utf8")).toBe("{}");
		for (const at of [
			link,
			join(data, "models"),
			join(data, "models/2026-11-20"),
		])
			expect(lstatSync(at)).toMatchObject(user);
	});

	test("still works after the data directory has moved", async () => {
		const { data, publish } = aDataDirectory();
		await publish("models/a", { x: "1" });
		const moved = join(aFolder(), "elsewhere");
		renameSync(data, moved);
		expect(readFileSync(join(moved, "models/a/x"), "utf8")).toBe("1");
	});

	test("switches to the newest publication, whichever one was asked for", async () => {
		const { data, artifacts, publish, publications } = aDataDirectory();
		const old = await publish("models/a", { x: "1" });
		await publish("models/a", { x: "2" });
		expect(await artifacts.project([old])).toEqual([]);
		expect(readFileSync(join(data, "models/a/x"), "utf8")).toBe("2");
		expect(await publications.unprojected()).toEqual([]);
	});

	test("comes back when it was deleted, and projecting again changes nothing", async () => {
		const { data, artifacts, publish } = aDataDirectory();
		const publication = await publish("models/a", { x: "1" });
		rmSync(join(data, "models"), { recursive: true });
		await artifacts.project([publication]);
		const { ino } = lstatSync(join(data, "models/a"));
		await artifacts.project([publication]);
		expect(lstatSync(join(data, "models/a")).ino).toBe(ino);
	});

	test("several come into place at once; what is in the way is named and left alone", async () => {
		const { data, artifacts, publish, publications } = aDataDirectory();
		const { object } = await publish("models/a", { x: "1" });
		write(data, { "models/b": "mine", "models/c/": "", raw: "a file" });
		const wanted = ["models/b", "models/c", "raw/x", "models/d"].map((at) =>
			publications.publish(at, object),
		);
		expect(await artifacts.project(wanted)).toEqual([
			'"models/b" is published, but cannot be seen at its path: "models/b" is a file that berth did not publish. Move it away.',
			'"models/c" is published, but cannot be seen at its path: "models/c" is a folder that berth did not publish. Move it away.',
			'"raw/x" is published, but cannot be seen at its path: "raw" is a file that berth did not publish. Move it away.',
		]);
		expect(readFileSync(join(data, "models/b"), "utf8")).toBe("mine");
		expect(existsSync(join(data, "models/d/x"))).toBe(true);
		const left = await publications.unprojected();
		expect(left.map((one) => one.path).toSorted()).toEqual([
			"models/b",
			"models/c",
			"raw/x",
		]);
	});

	test("in a folder that is closed to berth, it is told and the others come into place", async () => {
		const { data, artifacts, publish, publications } = aDataDirectory();
		const { object } = await publish("models/a", { x: "1" });
		write(data, { "closed/": "", "inbox/": "" });
		const wanted = ["closed/b", "inbox/c", "models/d"].map((at) =>
			publications.publish(at, object),
		);
		chmodSync(join(data, "inbox"), 0o555);
		chmodSync(join(data, "closed"), 0o333);
		const told = await asItsUser(data, () => artifacts.project(wanted));
		chmodSync(join(data, "closed"), 0o755);
		expect(told).toEqual([
			expect.stringMatching(/^"inbox\/c" is published, but cannot.*EACCES/),
			expect.stringMatching(/^What was published in "closed".*EACCES/),
		]);
		expect(existsSync(join(data, "closed/b/x"))).toBe(true);
		expect(existsSync(join(data, "models/d/x"))).toBe(true);
		const left = await publications.unprojected();
		expect(left.map((one) => one.path).toSorted()).toEqual([
			"closed/b",
			"inbox/c",
		]);
	});

	test("is not lost by a crash that left half a link", async () => {
		const { data, artifacts, publish } = aDataDirectory();
		const publication = await publish("models/a", { x: "1" });
		rmSync(join(data, "models/a"));
		symlinkSync("nowhere", join(data, `.berth/link-${publication.id}`));
		expect(await artifacts.project([publication])).toEqual([]);
		expect(existsSync(join(data, "models/a/x"))).toBe(true);
	});
});

describe("an input path means", () => {
	test("the newest object published there, whatever the symlink says", async () => {
		const { data, artifacts, publish } = aDataDirectory();
		await publish("models/a", { x: "1" });
		const { object } = await publish("models/a", { x: "2" });
		rmSync(join(data, "models/a"));
		const source = answer(await artifacts.source(path("models/a")));
		expect(source).toMatchObject({ kind: "object", object, inside: null });
		expect(await artifacts.locate(source)).toEqual([
			{ path: join(data, ".berth/objects", object), as: "" },
		]);
	});

	test("an entry of an object", async () => {
		const { data, artifacts, publish } = aDataDirectory();
		const { object } = await publish("raw/a", { "sub/data.csv": "1" });
		const source = answer(await artifacts.source(path("raw/a/sub/data.csv")));
		expect(source).toEqual({
			kind: "object",
			object,
			inside: "sub/data.csv",
			path: "raw/a/sub/data.csv",
			maker: "p@2026-11-20~1/task/1",
		});
		expect(await artifacts.locate(source)).toEqual([
			{ path: join(data, ".berth/objects", object, "sub/data.csv"), as: "" },
		]);
		expect(message(await artifacts.source(path("raw/a/other.csv")))).toBe(
			'Nothing is at "raw/a/other.csv": "raw/a" is published (by p@2026-11-20~1/task/1), but has no "other.csv" in it. Check the name, or let that task write it.',
		);
	});

	test("a file from outside", async () => {
		const { data, artifacts } = aDataDirectory();
		write(data, { "inbox/wdbc.data": "12345" });
		const { ino, mtimeMs, ctimeMs } = lstatSync(join(data, "inbox/wdbc.data"));
		const source = answer(await artifacts.source(path("inbox/wdbc.data")));
		const stamp = {
			path: "inbox/wdbc.data",
			as: "wdbc.data",
			ino,
			size: 5,
			mtimeMs,
			ctimeMs,
		};
		expect(source).toEqual({ kind: "file", file: stamp });
		expect(await artifacts.locate(source)).toEqual([
			{ path: join(data, "inbox/wdbc.data"), as: "" },
		]);
	});

	test("every file of a folder from outside", async () => {
		const { data, artifacts } = aDataDirectory();
		write(data, {
			"inbox/b/2.csv": "2",
			"inbox/a.csv": "1",
			"inbox/empty/": "",
		});
		const source = answer(await artifacts.source(path("inbox")));
		expect(source).toMatchObject({
			kind: "files",
			files: [
				{ path: "inbox/a.csv", as: "a.csv" },
				{ path: "inbox/b/2.csv", as: "b/2.csv" },
			],
		});
		expect(await artifacts.locate(source)).toEqual([
			{ path: join(data, "inbox/a.csv"), as: "a.csv" },
			{ path: join(data, "inbox/b/2.csv"), as: "b/2.csv" },
		]);
	});

	test("the objects' own files, for published paths in a folder", async () => {
		const { artifacts, publish } = aDataDirectory();
		const { object } = await publish("raw/one", { "data.csv": "1" });
		expect(await artifacts.source(path("raw"))).toMatchObject({
			kind: "files",
			files: [
				{ path: `.berth/objects/${object}/data.csv`, as: "one/data.csv" },
			],
		});
	});

	test("an object of copies, when the folder holds more than 64 files", async () => {
		const { data, artifacts } = aDataDirectory();
		const many = Array.from(
			{ length: 65 },
			(_, n) => [`inbox/f${n}`, `${n}`] as const,
		);
		write(data, Object.fromEntries(many));
		chmodSync(join(data, "inbox/f7"), 0o755);
		const source = answer(await artifacts.source(path("inbox")));
		const [located] = answer(await artifacts.locate(source));
		expect(located?.path).toContain("/.berth/objects/");
		expect(readFileSync(join(located?.path ?? "", "f64"), "utf8")).toBe("64");
		expect(lstatSync(join(located?.path ?? "", "f7")).mode & 0o777).toBe(0o555);
		expect(await artifacts.source(path("inbox"))).toEqual(source);
		expect(await artifacts.sweep(new Set(), 0)).toMatchObject({ removed: [] });
	});

	test.each([
		[
			"nowhere/x.csv",
			'Nothing is at "nowhere/x.csv": no task published it, and no file or folder lies there. Run what makes it first, put it there, or let a sensor wait for it.',
		],
		["inbox/empty", '"inbox/empty" is a folder without files.'],
		[
			"inbox/out",
			"outside the data directory, where a container could not follow it. Copy it here instead.",
		],
		["inbox/db", '"inbox/db" leads into berth\'s own folder.'],
		["inbox/loop", '"inbox/loop" is a symbolic link to itself.'],
		[".berth/berth.db", "berth's own folder"],
		["inbox/../../etc/passwd", 'a part "." or ".."'],
	])("a problem, for %s", async (wanted, fault) => {
		const { data, artifacts } = aDataDirectory();
		write(data, { "inbox/empty/": "", ".berth/berth.db": "" });
		symlinkSync("/etc/passwd", join(data, "inbox/out"));
		symlinkSync("../.berth/berth.db", join(data, "inbox/db"));
		symlinkSync("loop", join(data, "inbox/loop"));
		expect(message(await artifacts.source(path(wanted)))).toContain(fault);
	});

	test("a problem, for what may not be read", async ({ skip }) => {
		skip(isRoot, "nothing stops root");
		const { data, artifacts } = aDataDirectory();
		write(data, { "inbox/shut/x": "" });
		chmodSync(join(data, "inbox/shut"), 0o000);
		expect(message(await artifacts.source(path("inbox")))).toContain(
			"may not be read",
		);
	});

	test("a problem, when a part of its object is gone", async () => {
		const { data, artifacts, publish } = aDataDirectory();
		const { object } = await publish("raw/a", { x: "1", y: "2" });
		const folder = join(data, ".berth/objects", object);
		chmodSync(folder, 0o755);
		rmSync(join(folder, "y"));
		expect(message(await artifacts.source(path("raw/a")))).toContain(
			`object ${object} is damaged: files of it are missing. Run`,
		);
	});

	test("a problem, when its object or file is gone", async () => {
		const { data, artifacts, publish } = aDataDirectory();
		const { object } = await publish("raw/a", { x: "" });
		write(data, { "inbox/x": "" });
		const file = answer(await artifacts.source(path("inbox/x")));
		rmSync(join(data, "inbox/x"));
		chmodSync(join(data, ".berth/objects", object), 0o755);
		rmSync(join(data, ".berth/objects", object), { recursive: true });
		expect(message(await artifacts.source(path("raw/a")))).toContain(
			`object ${object} is gone`,
		);
		expect(
			await artifacts.locate({ kind: "object", object, inside: null }),
		).toMatchObject({ lost: true });
		expect(await artifacts.locate(file)).toMatchObject({ lost: true });
		expect(artifacts.places(file)).toEqual([
			{ path: join(data, "inbox/x"), as: "" },
		]);
	});
});

describe("files from outside", () => {
	const stamped = async () => {
		const { data, artifacts } = aDataDirectory();
		write(data, { "inbox/a.csv": "1", "inbox/b.csv": "2" });
		const { files } = answer(await artifacts.files(path("inbox")));
		return { artifacts, files, file: join(data, "inbox/b.csv") };
	};

	test("are as they were", async () => {
		const { artifacts, files } = await stamped();
		expect(await artifacts.changed(files)).toBe(null);
	});

	test.each<[string, (file: string) => void]>([
		["written to", (file) => writeFileSync(file, "3")],
		[
			"replaced by another file",
			(file) => {
				writeFileSync(`${file}2`, "2");
				renameSync(`${file}2`, file);
			},
		],
		[
			"given back an old time",
			(file) => {
				writeFileSync(file, "3");
				utimesSync(file, 1, 1);
			},
		],
	])("are seen to have been %s", async (_, change) => {
		const { artifacts, files, file } = await stamped();
		change(file);
		expect(await artifacts.changed(files)).toBe(
			'"inbox/b.csv" changed while it was in use. Write it under another name and rename it once it is complete, or let a sensor wait longer for it to settle.',
		);
	});

	test("are seen to be gone", async () => {
		const { artifacts, files, file } = await stamped();
		rmSync(file);
		expect(await artifacts.changed(files)).toContain(
			'"inbox/b.csv" was removed',
		);
	});
});
