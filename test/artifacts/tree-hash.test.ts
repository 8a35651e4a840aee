import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
	chmodSync,
	linkSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashTree } from "../../orchestrator/artifacts/hash-pool.ts";
import type { Tree } from "../../orchestrator/artifacts/tree-hash.ts";
import { aFolder, isRoot, never, write } from "./rig.ts";

const hashOf = async (folder: string): Promise<string> =>
	(await treeAt(folder)).hash;

async function treeAt(folder: string): Promise<Tree> {
	const tree = await hashTree(folder, never);
	if (tree.kind === "fault") throw new Error(tree.message);
	return tree;
}

async function faultOf(folder: string): Promise<string> {
	const tree = await hashTree(folder, never);
	if (tree.kind === "tree") throw new Error("It was accepted.");
	return tree.message;
}

const sha256 = (text: string | Buffer) =>
	createHash("sha256").update(text).digest("hex");

test("the hash is what the design says, record by record", async () => {
	const folder = aFolder();
	write(folder, { "a/x": "1", "a-b": "two", "empty/": "", ü: "" });
	chmodSync(join(folder, "a-b"), 0o755);
	const expected = [
		"berth-tree-1\n",
		"dir a\0",
		`file x 3 ${sha256("two")} a-b\0`,
		`file - 1 ${sha256("1")} a/x\0`,
		"dir empty\0",
		`file - 0 ${sha256("")} ü\0`,
	].join("");
	expect(await treeAt(folder)).toMatchObject({
		hash: sha256(expected),
		bytes: 4,
		files: 3,
	});
});

test("names are ordered by their bytes, not as JavaScript compares strings", async () => {
	const folder = aFolder();
	write(folder, { "\u{1F600}": "", "\uFF21": "" });
	const record = (text: string) => `file - 0 ${sha256("")} ${text}\0`;
	expect(await hashOf(folder)).toBe(
		sha256(`berth-tree-1\n${record("\uFF21")}${record("\u{1F600}")}`),
	);
});

test("a big folder is hashed on other threads, to the same hash", async () => {
	const folder = aFolder();
	const files = Array.from({ length: 300 }, (_, n) => `f/${n % 7}/file-${n}`);
	write(folder, Object.fromEntries(files.map((file) => [file, file])));
	const big = Buffer.alloc(5 * 1024 * 1024 + 3, 7);
	writeFileSync(join(folder, "big"), big);
	const records = [
		...["f", ...Array.from({ length: 7 }, (_, n) => `f/${n}`)].map(
			(at) => [at, `dir ${at}\0`] as const,
		),
		...files.map(
			(at) => [at, `file - ${at.length} ${sha256(at)} ${at}\0`] as const,
		),
		["big", `file - ${big.length} ${sha256(big)} big\0`] as const,
	].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
	expect(await hashOf(folder)).toBe(
		sha256(`berth-tree-1\n${records.map(([, record]) => record).join("")}`),
	);
});

test("hashing a big folder can be given up", async () => {
	const folder = aFolder();
	writeFileSync(join(folder, "big"), Buffer.alloc(64 * 1024 * 1024));
	const stop = new AbortController();
	const hashing = hashTree(folder, stop.signal);
	stop.abort(new Error("enough"));
	await expect(hashing).rejects.toThrow("enough");
});

describe("the hash as a function", () => {
	const file = fc.record({
		path: fc
			.array(fc.constantFrom("a", "b", "c-1", "é", "Z.csv"), {
				minLength: 1,
				maxLength: 3,
			})
			.map((parts) => parts.join("/")),
		text: fc.string({ maxLength: 20 }),
		executable: fc.boolean(),
	});
	const tree = fc
		.uniqueArray(file, {
			selector: ({ path }) => path,
			minLength: 1,
			maxLength: 6,
		})
		.filter((files) =>
			files.every(({ path }) =>
				files.every((other) => !other.path.startsWith(`${path}/`)),
			),
		);
	const make = (
		top: string,
		files: readonly { path: string; text: string; executable: boolean }[],
	) => {
		const folder = mkdtempSync(join(top, "t-"));
		for (const { path, text, executable } of files) {
			write(folder, { [path]: text });
			chmodSync(join(folder, path), executable ? 0o711 : 0o600);
		}
		return folder;
	};

	test("does not depend on the order of creation, times and other modes", async () => {
		const top = aFolder();
		await fc.assert(
			fc.asyncProperty(tree, async (files) => {
				const one = make(top, files);
				const two = make(top, files.toReversed());
				for (const { path, executable } of files) {
					utimesSync(join(two, path), 1, 1);
					chmodSync(join(two, path), executable ? 0o544 : 0o466);
				}
				expect(await hashOf(two)).toBe(await hashOf(one));
				rmSync(one, { recursive: true });
				rmSync(two, { recursive: true });
			}),
			{ numRuns: 60 },
		);
	});

	const changes: Record<string, (place: string) => void> = {
		byte: (place) => {
			const [first, ...rest] = readFileSync(place);
			writeFileSync(place, Buffer.from([(first ?? 0) ^ 1, ...rest]));
		},
		name: (place) => renameSync(place, `${place}2`),
		bit: (place) => chmodSync(place, statSync(place).mode ^ 0o100),
		folder: (place) => mkdirSync(`${place}.d`),
	};

	test("depends on every byte, name, execute bit and empty folder", async () => {
		const top = aFolder();
		await fc.assert(
			fc.asyncProperty(
				tree,
				fc.nat(),
				fc.constantFrom(...Object.values(changes)),
				async (files, at, change) => {
					const folder = make(top, files);
					const before = await hashOf(folder);
					change(join(folder, files[at % files.length]?.path ?? ""));
					expect(await hashOf(folder)).not.toBe(before);
					rmSync(folder, { recursive: true });
				},
			),
			{ numRuns: 60 },
		);
	});
});

describe("what does not belong in an object is named, with what to do", () => {
	test("a symbolic link", async () => {
		const folder = aFolder();
		write(folder, { "sub/": "" });
		symlinkSync("/etc/passwd", join(folder, "sub/link"));
		expect(await faultOf(folder)).toBe(
			'"sub/link" is a symbolic link. Write a plain file or a folder instead.',
		);
	});

	test("a named pipe", async () => {
		const folder = aFolder();
		execFileSync("sh", ["-c", 'mkfifo "$0"', join(folder, "pipe")]);
		expect(await faultOf(folder)).toContain('"pipe" is a named pipe.');
	});

	test("a socket", async () => {
		const folder = aFolder();
		const server = createServer();
		await new Promise<void>((resolve) =>
			server.listen(join(folder, "socket"), resolve),
		);
		expect(await faultOf(folder)).toContain('"socket" is a socket.');
		await new Promise((resolve) => server.close(resolve));
	});

	test("a device", async ({ skip }) => {
		skip(!isRoot, "only root can do this");
		const folder = aFolder();
		execFileSync("mknod", [join(folder, "null"), "c", "1", "3"]);
		expect(await faultOf(folder)).toContain('"null" is a device.');
	});

	test.each([0o4755, 0o2755])("a file of mode %o", async (mode) => {
		const folder = aFolder();
		write(folder, { tool: "" });
		chmodSync(join(folder, "tool"), mode);
		expect(await faultOf(folder)).toContain("setuid or setgid bit");
	});

	test("a name that is not UTF-8", async () => {
		const folder = aFolder();
		writeFileSync(Buffer.from(`${folder}/b\xe4d`, "latin1"), "");
		expect(await faultOf(folder)).toContain(
			'"bäd" has a name that is not UTF-8',
		);
	});

	test.each([
		["Data.csv", "data.csv"],
		["caf\u00e9", "cafe\u0301"],
		["STRASSE", "straße"],
	])("%s beside %s", async (one, two) => {
		const folder = aFolder();
		write(folder, { [`sub/${one}`]: "", [`sub/${two}`]: "" });
		expect(await faultOf(folder)).toContain('in "sub" differ only in case');
	});

	test.each([0o000, 0o300, 0o600])("a folder of mode %o", async (mode) => {
		const folder = aFolder();
		write(folder, { "shut/in": "" });
		chmodSync(join(folder, "shut"), mode);
		expect(await faultOf(folder)).toContain(
			'"shut" is a folder that its owner may not read',
		);
	});

	test("a file that its owner may not read", async () => {
		const folder = aFolder();
		write(folder, { shut: "" });
		chmodSync(join(folder, "shut"), 0o200);
		expect(await faultOf(folder)).toContain(
			'"shut" is a file that its owner may not read',
		);
	});

	test("a file that also has a name elsewhere, through which it could change", async () => {
		const [folder, other] = [aFolder(), aFolder()];
		write(other, { file: "" });
		linkSync(join(other, "file"), join(folder, "file"));
		expect(await faultOf(folder)).toContain('"file" is a hard link');
	});
});

test("two names of one file are two files, when both are inside", async () => {
	const [folder, copy] = [aFolder(), aFolder()];
	write(folder, { a: "x" });
	linkSync(join(folder, "a"), join(folder, "b"));
	write(copy, { a: "x", b: "x" });
	expect(await hashOf(folder)).toBe(await hashOf(copy));
});
