import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rename, rm, writeFile } from "node:fs/promises";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { http } from "../node-http.ts";
import type { Berth } from "./berth.ts";

/** Serve the owner's API, and write down in `.berth/server.json` where and with which token. */
export async function serve(
	berth: Berth,
	options: ServeOptions,
): Promise<Served> {
	const token = randomBytes(24).toString("base64url");
	const listener = listenerOf(berth, token);
	const server = http.createServer((request, response) => {
		listener().then(
			(listen) => listen(request, response),
			(error: unknown) => response.writeHead(500).end(`${String(error)}\n`),
		);
	});
	await listen(server, options);
	const { port } = server.address() as AddressInfo;
	const isEverywhere = options.host === "0.0.0.0";
	const address = `http://${isEverywhere ? "127.0.0.1" : options.host}:${port}`;
	const note = join(options.folder, "server.json");
	await writeNote(note, {
		address,
		alsoAt: isEverywhere ? otherAddresses(port) : [],
		token,
		version: options.version,
		pid: process.pid,
	});
	return {
		address,
		warm: async () => void (await listener()),
		close: async () => {
			await rm(note, { force: true });
			server.closeAllConnections();
			server.close();
		},
	};
}

export interface ServeOptions {
	/** The `.berth` folder. */
	readonly folder: string;
	readonly host: string;
	/** 0: any that is free. */
	readonly port: number;
	readonly version: string;
}

export interface Served {
	readonly address: string;
	/** Loads what answers before anybody asks. */
	warm(): Promise<void>;
	close(): Promise<void>;
}

/** Loaded when it is first asked: nobody asks most of the runs that own the data directory for as long as they take. */
function listenerOf(
	berth: Berth,
	token: string,
): () => Promise<RequestListener> {
	let loaded: Promise<RequestListener> | null = null;
	const load = async (): Promise<RequestListener> => {
		const { getRequestListener } = await import("@hono/node-server");
		const { routesOf } = await import("./routes.ts");
		return getRequestListener(routesOf(berth, token).fetch);
	};
	return () => {
		loaded ??= load();
		return loaded;
	};
}

/** What `.berth/server.json` holds. */
export interface ServerNote {
	readonly address: string;
	/** Where it answers those for whom `address` is another place: a second container on the same network. */
	readonly alsoAt?: readonly string[];
	readonly token: string;
	readonly version: string;
	readonly pid: number;
}

async function listen(
	server: Server,
	{ host, port }: ServeOptions,
): Promise<void> {
	server.listen(port, host);
	await once(server, "listening");
}

const otherAddresses = (port: number): readonly string[] =>
	Object.values(networkInterfaces())
		.flatMap((found) => found ?? [])
		.filter(({ family, internal }) => family === "IPv4" && !internal)
		.map(({ address }) => `http://${address}:${port}`);

/** Whole or not at all, and nobody else's to read. Only the owner writes it, so what a kill left of a draft is the next owner's to use up. */
async function writeNote(file: string, note: ServerNote): Promise<void> {
	const draft = `${file}.draft`;
	await rm(draft, { force: true }); // its mode counts only for a new file
	await writeFile(draft, `${JSON.stringify(note)}\n`, { mode: 0o600 });
	await rename(draft, file);
}
