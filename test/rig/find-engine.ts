import { execFile } from "node:child_process";
import { request } from "node:http";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

/** Whether containers can be had in this run of the tests; if not, why, and what to do. */
export type FoundEngine =
	| { found: true; version: string }
	| { found: false; reason: string };

declare module "vitest" {
	interface ProvidedContext {
		engine: FoundEngine;
	}
}

const BASE_IMAGE = "node:24-bookworm-slim";
const DEFAULT_SOCKET = "/var/run/docker.sock";
const run = promisify(execFile);

/** Vitest's global setup: looks for an engine once, for all test files. */
export default async function setup(project: TestProject): Promise<void> {
	project.provide("engine", await findEngine());
}

async function findEngine(): Promise<FoundEngine> {
	try {
		const version = await askEngine();
		return (await hasBaseImage())
			? { found: true, version }
			: none(`the engine has no ${BASE_IMAGE}`, "Get it with .ci/base-images");
	} catch (error) {
		const why = lastLine(error);
		return none(
			`no Docker engine answered (${why})`,
			"Start one with .ci/engine",
		);
	}
}

/** The docker CLI knows DOCKER_HOST, contexts and certificates; where it is absent there may be a socket all the same. */
async function askEngine(): Promise<string> {
	try {
		const { stdout } = await docker("version", "-f", "{{.Server.Version}}");
		return stdout.trim();
	} catch (error) {
		if (isMissingProgram(error)) return await pingDefaultSocket();
		throw error;
	}
}

async function hasBaseImage(): Promise<boolean> {
	try {
		await docker("image", "inspect", BASE_IMAGE);
		return true;
	} catch (error) {
		return isMissingProgram(error); // nobody to ask: the tests will find out
	}
}

function docker(...args: string[]): Promise<{ stdout: string }> {
	return run("docker", args, { timeout: 60_000 });
}

function pingDefaultSocket(): Promise<string> {
	return new Promise((resolve, reject) => {
		const options = { socketPath: DEFAULT_SOCKET, path: "/_ping" };
		request({ ...options, timeout: 60_000 }, (response) => {
			response.resume();
			resolve(`API ${response.headers["api-version"] ?? "unknown"}`);
		})
			.on("timeout", () => reject(new Error(`${DEFAULT_SOCKET} is silent`)))
			.on("error", reject)
			.end();
	});
}

function none(wrong: string, cure: string): FoundEngine {
	return { found: false, reason: `${wrong}. ${cure}.` };
}

function isMissingProgram(error: unknown): boolean {
	return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function lastLine(error: unknown): string {
	const { stderr, message } = error as { stderr?: string; message?: string };
	return (stderr || message || String(error)).trim().split("\n").at(-1) ?? "";
}
