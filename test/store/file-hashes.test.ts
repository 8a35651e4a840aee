import { expect, test } from "vitest";
import { HashMemo } from "../../orchestrator/artifacts/hash-memo.ts";
import type { FileHash } from "../../orchestrator/store/hashes-port.ts";
import { aStore, at, path } from "./a-store.ts";

const aHash = (path: string, other: Partial<FileHash> = {}): FileHash => ({
	path,
	ino: 7,
	size: 3,
	mtimeMs: 1_763_700_000_123.456,
	ctimeMs: 1_763_700_000_123.4568,
	sha256: "a".repeat(64),
	seenAt: at(1_000),
	...other,
});

test("what a file hashed to is remembered as it was, to the last digit of its times", async () => {
	const store = aStore();
	const hashes = [
		aHash("raw/ü b.csv", { ino: 2 ** 53 + 2, size: 5 * 2 ** 40 }),
		aHash("raw/c.csv", { ino: -(2 ** 52), mtimeMs: -1.5 }),
	];
	await store.rememberHashes(hashes);
	const known = await store.knownHashes(["raw/ü b.csv", "none", "raw/c.csv"]);
	expect(known).toEqual(hashes);
});

test("what it hashes to later stands in place of that", async () => {
	const store = aStore();
	await store.rememberHashes([aHash("a"), aHash("b")]);
	const later = aHash("a", { sha256: "b".repeat(64), seenAt: at(2_000) });
	await store.rememberHashes([later]);
	expect(await store.knownHashes(["a"])).toEqual([later]);
});

test("the ones that nobody asked for the longest are forgotten, not more at once than asked", async () => {
	const store = aStore();
	const hashes = [5, 1, 4, 2, 3].map((n) => aHash(`${n}`, { seenAt: at(n) }));
	await store.rememberHashes(hashes);
	const left = async () =>
		(await store.knownHashes(["1", "2", "3", "4", "5"])).map(
			({ path }) => path,
		);
	expect(await store.forgetHashes(at(4), 2)).toBe(2);
	expect(await left()).toEqual(["3", "4", "5"]);
	expect(await store.forgetHashes(at(4), 2)).toBe(1);
	expect(await left()).toEqual(["4", "5"]);
});

test("a file whose number is beyond all that can be stored is known again", async () => {
	const memo = new HashMemo(aStore(), () => 1_000_000);
	const sha256 = "a".repeat(64);
	const stamps = [2 ** 64, 2 ** 63 - 2 ** 40, 2 ** 53 + 2].map((ino) => ({
		path: path(`${ino}`),
		...{ ino, size: 1, mtimeMs: 1, ctimeMs: 1 },
	}));
	const hashed = stamps.map((stamp) => ({ stamp, sha256 }));
	await memo.remember(hashed, memo.now());
	expect((await memo.known(stamps)).size).toBe(3);
	const other = stamps.map((stamp) => ({ ...stamp, ino: 2 ** 63 - 2 ** 41 }));
	expect((await memo.known(other)).size).toBe(0);
});

test("thousands are known again", async () => {
	const memo = new HashMemo(aStore(), () => 1_000_000);
	const stamps = Array.from({ length: 2_500 }, (_, n) => ({
		path: path(`raw/${n}`),
		...{ ino: n, size: n, mtimeMs: n, ctimeMs: n },
	}));
	const hashed = stamps.map((stamp) => ({ stamp, sha256: `${stamp.ino}` }));
	await memo.remember(hashed, memo.now());
	expect(await memo.known(stamps)).toEqual(
		new Map(stamps.map(({ path, ino }) => [path, `${ino}`])),
	);
});
