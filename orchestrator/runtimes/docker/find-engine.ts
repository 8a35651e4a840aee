import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/** Where an engine answers. */
export type Endpoint =
	| { readonly kind: "socket"; readonly path: string }
	| {
			readonly kind: "tcp";
			readonly host: string;
			readonly port: number;
			readonly tls: Tls | null;
	  };

export interface Tls {
	readonly ca?: string;
	readonly cert?: string;
	readonly key?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The place where the docker CLI would look: DOCKER_HOST, DOCKER_CONTEXT, the current context, the default socket. A string says why there is none. */
export function findEngine(env: Environment): Endpoint | string {
	if (env.DOCKER_HOST)
		return parseHost(env.DOCKER_HOST, () => tlsOfEnvironment(env));
	const folder = env.DOCKER_CONFIG || join(homedir(), ".docker");
	const context = env.DOCKER_CONTEXT || currentContext(folder);
	if (!context || context === "default") return DEFAULT;
	return findContext(folder, context);
}

/** For messages. */
export function endpointName(endpoint: Endpoint): string {
	switch (endpoint.kind) {
		case "socket":
			return `unix://${endpoint.path}`;
		case "tcp":
			return `tcp://${endpoint.host}:${endpoint.port}`;
	}
}

const DEFAULT: Endpoint = { kind: "socket", path: "/var/run/docker.sock" };

function parseHost(text: string, tls: () => Tls | null): Endpoint | string {
	const url = text.includes("://") ? text : `tcp://${text}`;
	const scheme = url.slice(0, url.indexOf("://"));
	const rest = url.slice(scheme.length + 3);
	switch (scheme) {
		case "unix":
		case "npipe":
			return rest ? { kind: "socket", path: rest } : DEFAULT;
		case "tcp":
		case "http":
		case "https":
			return parseTcp(text, rest, scheme === "https" ? (tls() ?? {}) : tls());
		case "ssh":
			return `The Docker host ${text} is another machine, and berth mounts folders of this one. Set DOCKER_HOST to an engine on this machine.`;
		default:
			return `The Docker host "${text}" starts with neither unix:// nor tcp://. Set DOCKER_HOST to one of them.`;
	}
}

function parseTcp(text: string, rest: string, tls: Tls | null) {
	if (!URL.canParse(`http://${rest}`))
		return `The Docker host "${text}" is no address. Write it as tcp://host:port.`;
	const { hostname, port } = new URL(`http://${rest}`);
	return {
		kind: "tcp",
		host: hostname.replace(/^\[|\]$/g, ""),
		port: Number(port) || (tls ? 2376 : 2375),
		tls,
	} as const;
}

function tlsOfEnvironment(env: Environment): Tls | null {
	if (!env.DOCKER_TLS_VERIFY && !env.DOCKER_CERT_PATH) return null;
	return readTls(
		env.DOCKER_CERT_PATH || env.DOCKER_CONFIG || join(homedir(), ".docker"),
	);
}

function readTls(folder: string): Tls {
	const read = (name: string) =>
		existsSync(join(folder, name))
			? { [name.slice(0, -4)]: readFileSync(join(folder, name), "utf8") }
			: {};
	return { ...read("ca.pem"), ...read("cert.pem"), ...read("key.pem") };
}

const Config = z.object({ currentContext: z.string().optional() });

function currentContext(folder: string): string | undefined {
	return readJson(join(folder, "config.json"), Config)?.currentContext;
}

const Meta = z.object({
	Endpoints: z.object({ docker: z.object({ Host: z.string() }) }),
});

function findContext(folder: string, name: string): Endpoint | string {
	const id = createHash("sha256").update(name).digest("hex");
	const meta = readJson(join(folder, "contexts/meta", id, "meta.json"), Meta);
	if (!meta)
		return `The Docker context "${name}" is chosen, but ${folder} has none of that name. See \`docker context ls\`, or set DOCKER_HOST.`;
	const tls = join(folder, "contexts/tls", id, "docker");
	return parseHost(meta.Endpoints.docker.Host, () =>
		existsSync(tls) ? readTls(tls) : null,
	);
}

function readJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
	try {
		return schema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
	} catch {
		return undefined; // absent or not JSON: the docker CLI goes on without it, too
	}
}
