import https from "node:https";
import { http } from "../../node-http.ts";
import {
	type Endpoint,
	type Environment,
	endpointName,
	findEngine,
} from "./find-engine.ts";

export type Probe =
	| {
			readonly ok: true;
			readonly version: string;
			/** The one to speak: the newest that the engine and berth both know. */
			readonly apiVersion: string;
			readonly endpoint: Endpoint;
	  }
	| {
			readonly ok: false;
			readonly reason: string;
			/** Something is there that does not answer now, and may do so soon. */
			readonly isThere: boolean;
	  };

/** Ask for an engine's sign of life, without loading more than node's own http. */
export async function probeEngine(
	env: Environment,
	timeoutMs = 3_000,
): Promise<Probe> {
	const endpoint = findEngine(env);
	if (typeof endpoint === "string")
		return { ok: false, reason: endpoint, isThere: false };
	try {
		return judge(await ping(endpoint, timeoutMs), endpoint);
	} catch (error) {
		const isThere = SILENT.has(codeOf(error) ?? "");
		return { ok: false, reason: whySilent(error, endpoint), isThere };
	}
}

/** Engine 20.10. */
const OLDEST = "1.41";
/** Engine 29. Of newer ones we speak this, as long as they do. */
const NEWEST = "1.52";

function judge(pong: Pong, endpoint: Endpoint): Probe {
	const { apiVersion, version } = pong;
	if (pong.status !== 200)
		return {
			ok: false,
			isThere: true,
			reason: `The Docker engine at ${endpointName(endpoint)} answered ${pong.status}: ${pong.text.trim()}. Look at its own log.`,
		};
	if (!apiVersion || compare(apiVersion, OLDEST) < 0)
		return {
			ok: false,
			isThere: false,
			reason: `The Docker engine at ${endpointName(endpoint)} speaks API ${apiVersion ?? "of no version"}; berth needs ${OLDEST} (engine 20.10) or newer. Update the engine.`,
		};
	return {
		ok: true,
		version: version ?? `of API ${apiVersion}`,
		apiVersion: compare(apiVersion, NEWEST) < 0 ? apiVersion : NEWEST,
		endpoint,
	};
}

function compare(a: string, b: string): number {
	const [majorA = 0, minorA = 0] = a.split(".").map(Number);
	const [majorB = 0, minorB = 0] = b.split(".").map(Number);
	return majorA - majorB || minorA - minorB;
}

interface Pong {
	readonly status: number;
	readonly text: string;
	readonly apiVersion: string | undefined;
	readonly version: string | undefined;
}

/** Over a connection of its own. Rejects when there is no answer in that time. */
export function ping(endpoint: Endpoint, timeout: number): Promise<Pong> {
	const { promise, resolve, reject } = Promise.withResolvers<Pong>();
	const secure = endpoint.kind === "tcp" && endpoint.tls;
	const address =
		endpoint.kind === "socket"
			? { socketPath: endpoint.path }
			: { host: endpoint.host, port: endpoint.port, ...endpoint.tls };
	const request = (secure ? https : http).request(
		{ ...address, path: "/_ping", agent: false, timeout },
		(response) => {
			let text = "";
			response.setEncoding("utf8").on("data", (part: string) => {
				text += part;
			});
			response.on("error", reject).on("end", () =>
				resolve({
					status: response.statusCode ?? 0,
					text,
					apiVersion: response.headers["api-version"]?.toString(),
					version: /Docker\/(\S+)/.exec(`${response.headers.server}`)?.[1],
				}),
			);
		},
	);
	request
		.on("timeout", () => request.destroy(new NoAnswer()))
		.on("error", reject)
		.end();
	return promise;
}

function whySilent(error: unknown, endpoint: Endpoint): string {
	const at = endpointName(endpoint);
	switch (codeOf(error)) {
		case "ENOENT":
			return `There is no Docker engine at ${at}. Install Docker and start it, or set DOCKER_HOST to where it is.`;
		case "EACCES":
			return `This user may not use the Docker engine at ${at}. Add the user to the group that owns the socket (usually: sudo usermod -aG docker $USER), and log in again.`;
		case "ECONNREFUSED":
			return `No Docker engine listens at ${at}. Start it (systemctl start docker), or set DOCKER_HOST to where it is.`;
		default:
			return `The Docker engine at ${at} did not answer: ${error instanceof Error ? error.message : String(error)}. See whether it runs (docker version).`;
	}
}

class NoAnswer extends Error {
	readonly code = "ETIMEDOUT";
	constructor() {
		super("no answer in time");
	}
}

/** It took the question. */
const SILENT = new Set(["ETIMEDOUT", "ECONNRESET", "EPIPE"]);

const codeOf = (error: unknown): string | null =>
	error instanceof Error && "code" in error ? String(error.code) : null;
