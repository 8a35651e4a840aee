import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";

/** One call to the engine, past berth: what it answers is nobody's opinion but its own. Rejects when nothing answers. */
export async function ask(
	socketPath: string,
	method: "GET" | "POST" | "DELETE",
	path: string,
): Promise<Answer> {
	const response = await open(socketPath, method, path);
	const parts: Buffer[] = [];
	for await (const part of response) parts.push(part as Buffer);
	return { status: response.statusCode ?? 0, body: Buffer.concat(parts) };
}

export interface Answer {
	readonly status: number;
	readonly body: Buffer;
}

/** The answer as a stream. */
export async function open(
	socketPath: string,
	method: string,
	path: string,
): Promise<IncomingMessage> {
	const asked = request({ socketPath, method, path, agent: false }).end();
	const [response] = (await once(asked, "response")) as [IncomingMessage];
	return response;
}

export const json = <T>({ body }: Answer): T =>
	JSON.parse(body.toString()) as T;

/** A container as a list shows it. */
export interface ListedContainer {
	readonly Id: string;
	readonly Names: readonly string[];
	readonly State: string;
	readonly Labels: Readonly<Record<string, string>>;
}

export const ATTEMPT = "dev.berth.attempt";

/** Containers of attempts; `all`: also those that do not run. */
export async function containers(
	socketPath: string,
	all: boolean,
): Promise<readonly ListedContainer[]> {
	const path = `/containers/json?all=${all ? 1 : 0}`;
	const listed = json<ListedContainer[]>(await ask(socketPath, "GET", path));
	return listed.filter(({ Labels }) => Labels[ATTEMPT] !== undefined);
}
