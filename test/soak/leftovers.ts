import { readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { acquireOwnership } from "../../orchestrator/store/sqlite/owner-lock.ts";
import { ask, json, type ListedContainer } from "./engine-socket.ts";
import type { Home } from "./home.ts";

/** What is left on the engine, in the data directory and among the processes once everything has ended, in words. Kept staging folders of failed attempts are meant to be there. */
export async function findLeftovers(
	home: Home,
	socket: string,
): Promise<readonly string[]> {
	return [
		...(await onEngine(socket)),
		...(await inData(home)),
		...(await processesIn(home.path)),
	];
}

async function onEngine(socket: string): Promise<string[]> {
	const list = async <T>(path: string): Promise<T> =>
		json<T>(await ask(socket, "GET", path));
	const containers = await list<ListedContainer[]>("/containers/json?all=1");
	const networks = await list<{ Name: string }[]>("/networks");
	const { Volumes } = await list<{ Volumes: { Name: string }[] | null }>(
		"/volumes",
	);
	return [
		...containers.map(
			({ Names, State }) => `container ${Names[0] ?? "?"} (${State})`,
		),
		...networks
			.filter(({ Name }) => !["none", "host", "bridge"].includes(Name))
			.map(({ Name }) => `network ${Name}`),
		...(Volumes ?? []).map(({ Name }) => `volume ${Name}`),
	];
}

async function inData(home: Home): Promise<string[]> {
	const left = await stagingFolders(join(home.berth, "staging"));
	const berth = await readdir(home.berth);
	const notes = berth
		.filter((name) => /^(link-|server\.json)/.test(name))
		.map((name) => `file .berth/${name}`);
	const lock = acquireOwnership(home.berth);
	lock?.release();
	return [...left, ...notes, ...(lock ? [] : ["the lock on .berth/owner.db"])];
}

/** Those that are not kept for inspection. */
export async function stagingFolders(staging: string): Promise<string[]> {
	const names = await readdir(staging).catch(() => []);
	const left: string[] = [];
	for (const name of names)
		if (!(await readdir(join(staging, name))).includes("kept"))
			left.push(`staging folder ${name}`);
	return left;
}

/** Processes of ours that outlived the orchestrators, by the folder they work in. */
async function processesIn(folder: string): Promise<string[]> {
	const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
	const found: string[] = [];
	for (const pid of pids) {
		const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => "");
		if (cwd === folder || cwd.startsWith(`${folder}/`))
			found.push(`process ${pid} in ${cwd}`);
	}
	return found;
}
