import { randomInt } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { RuntimeUnreachable } from "../port.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { EngineError, isStatus, unreachable } from "./engine-errors.ts";
import { type Owner, ownerLabels } from "./labels.ts";

/**
 * Make sure that the engine finds our data directory at this path of its machine: create (never start) a container that mounts
 * `.berth/instance` from there, and look at what it sees. Null, or a sentence that says what is wrong.
 */
export async function proveHostPath(
	calls: EngineCalls,
	owner: Owner,
	data: string,
): Promise<string | null> {
	const name = `berth-${owner.instance}-path`;
	const source = join(owner.hostData, FILE);
	await remove(calls, name);
	try {
		await create(calls, name, owner, source);
		const isSeen =
			(await isSameFile(calls, name, join(data, FILE))) ||
			(await sees(calls, name, owner.instance));
		return isSeen ? null : wrong(owner, "has another berth's data there");
	} catch (error) {
		if (!(error instanceof EngineError) || error.status >= 500) throw error;
		if (isStatus(error, 409)) throw unreachable(error);
		return wrong(owner, `says: ${error.message}`);
	} finally {
		await remove(calls, name);
	}
}

const FILE = ".berth/instance";
const SEEN = "/berth-instance";
const PROBE = "berth/nothing";

/** The image that was found may be removed just then: another one will do. So may be the name, by another command that looks, or by a removal under way: it is free soon. */
async function create(
	calls: EngineCalls,
	name: string,
	owner: Owner,
	source: string,
): Promise<void> {
	for (let trial = 1; ; trial++) {
		const image = await anyImage(calls);
		try {
			const query = { name };
			const body = probe(image, owner, source);
			await calls.json("POST", "/containers/create", { query, body });
			return;
		} catch (error) {
			const isTaken = isStatus(error, 409);
			if (trial === TRIALS || !(isTaken || isStatus(error, 404))) throw error;
			if (isTaken) await sleep(PAUSE_MS);
			if (isTaken) await remove(calls, name);
		}
	}
}

const TRIALS = 5;
const PAUSE_MS = 100;

const probe = (image: string, owner: Owner, source: string): object => ({
	Image: image,
	Cmd: ["never started"],
	Labels: ownerLabels(owner),
	HostConfig: {
		NetworkMode: "none",
		Mounts: [{ Type: "bind", Source: source, Target: SEEN, ReadOnly: true }],
	},
});

const wrong = ({ hostData }: Owner, what: string) =>
	`Tasks could not reach the data directory: the engine was to mount it from ${hostData} on its machine, and ${what}. Set BERTH_HOST_DATA to the data directory's path on the engine's machine.`;

/** Whatever there is. Where there is nothing, an image of nothing is made. */
async function anyImage(calls: EngineCalls): Promise<string> {
	const images = (await calls.json("GET", "/images/json")) as { Id: string }[];
	if (images[0]) return images[0].Id;
	const query = { fromSrc: "-", repo: PROBE };
	const file = Buffer.alloc(1024); // the end of a tar, and nothing before it
	await calls.text("POST", "/images/create", { query, file });
	return PROBE;
}

/** Ours is given a time that no other file has, and the engine is asked for its time: that takes two milliseconds, and to send what is in it eighty. */
async function isSameFile(
	calls: EngineCalls,
	name: string,
	file: string,
): Promise<boolean> {
	try {
		const ours = await withOwnTime(file);
		const { size, mtime } = await statOf(calls, name);
		const isFine = ours.mtimeNs % 1_000_000n !== 0n; // or the file system keeps no more, and others may have this time
		return (
			isFine &&
			ours.size === BigInt(size) &&
			ours.mtimeNs === nanosecondsOf(mtime)
		);
	} catch (error) {
		if (error instanceof RuntimeUnreachable) throw error;
		return false; // then what is in it tells
	}
}

async function withOwnTime(file: string): Promise<BigIntStats> {
	const back = randomInt(DAY_US) / 1e6;
	const seconds = Date.now() / 1000;
	await utimes(file, seconds, seconds - back);
	return stat(file, { bigint: true });
}

const DAY_US = 86_400e6;

/** What the engine says of the file that it mounted. */
async function statOf(calls: EngineCalls, name: string) {
	let told: string | string[] | undefined;
	await calls.bytes("HEAD", `/containers/${name}/archive`, {
		query: { path: SEEN },
		onTaken: (headers) => {
			told = headers["x-docker-container-path-stat"];
		},
	});
	const json = Buffer.from(String(told), "base64").toString();
	return PathStat.parse(JSON.parse(json));
}

const PathStat = z.object({ size: z.int(), mtime: z.string() });

/** Of a time as Go writes it: `2026-11-21T20:20:27.243719179Z`. */
function nanosecondsOf(time: string): bigint {
	const [, fraction = ""] = /\.(\d+)/.exec(time) ?? [];
	const seconds = BigInt(Math.floor(Date.parse(time) / 1000));
	return seconds * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
}

/** An engine that will not show it is believed: it has found something to mount. */
async function sees(calls: EngineCalls, name: string, instance: string) {
	try {
		const query = { path: SEEN };
		const path = `/containers/${name}/archive`;
		return (await calls.bytes("GET", path, { query })).includes(instance);
	} catch (error) {
		if (error instanceof EngineError) return true;
		throw error;
	}
}

async function remove(calls: EngineCalls, name: string): Promise<void> {
	try {
		const query = { force: "1", v: "1" };
		await calls.json("DELETE", `/containers/${name}`, { query });
	} catch (error) {
		if (!isStatus(error, 404) && !isStatus(error, 409)) throw error;
	}
}
