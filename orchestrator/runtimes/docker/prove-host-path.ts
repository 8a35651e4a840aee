import { join } from "node:path";
import type { EngineCalls } from "./engine-calls.ts";
import { EngineError, isStatus } from "./engine-errors.ts";
import { type Owner, ownerLabels } from "./labels.ts";

/**
 * Make sure that the engine finds our data directory at this path of its machine: create (never start) a container that mounts
 * `.berth/instance` from there, and look at what it sees. Null, or a sentence that says what is wrong.
 */
export async function proveHostPath(
	calls: EngineCalls,
	owner: Owner,
): Promise<string | null> {
	const name = `berth-${owner.instance}-path`;
	const source = join(owner.hostData, ".berth/instance");
	await remove(calls, name);
	try {
		await create(calls, name, owner, source);
		return (await sees(calls, name, owner.instance))
			? null
			: wrong(owner, "has another berth's data there");
	} catch (error) {
		if (!(error instanceof EngineError) || error.status >= 500) throw error;
		return wrong(owner, `says: ${error.message}`);
	} finally {
		await remove(calls, name);
	}
}

const SEEN = "/berth-instance";
const PROBE = "berth/nothing";

/** The image that was found may be removed just then: another one will do. */
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
			if (!isStatus(error, 404) || trial === TRIALS) throw error;
		}
	}
}

const TRIALS = 5;

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
