import { createHash } from "node:crypto";
import { readlinkSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Identity, identify, isAlive } from "./identity.ts";
import { claim, claimed } from "./records.ts";

/** Does the work while nobody else on this machine does it for the same subject. A holder that died holds nothing. */
export async function withLock<T>(
	subject: string,
	signal: AbortSignal,
	work: () => Promise<T>,
): Promise<T> {
	const digest = createHash("sha256").update(subject).digest("hex");
	const path = join(tmpdir(), `berth-${digest.slice(0, 32)}.lock`);
	const me = { ...identify(process.pid), turn: crypto.randomUUID() };
	while (!claim(path, me)) {
		breakIfStale(path);
		await sleep(100, undefined, { signal });
	}
	try {
		return await work();
	} finally {
		rmSync(path, { force: true });
	}
}

/** Renamed before it is judged, so that of two who find it stale one takes it away; a fresh one taken by mistake is put back. */
function breakIfStale(path: string): void {
	const holder = claimed<Identity>(path);
	if (!holder || isAlive(holder)) return;
	const aside = `${path}.${process.pid}`;
	try {
		renameSync(path, aside);
		const taken = JSON.parse(readlinkSync(aside)) as Identity;
		if (isAlive(taken)) claim(path, taken);
	} catch {
		// Somebody else was first: look again.
	}
	rmSync(aside, { force: true });
}
