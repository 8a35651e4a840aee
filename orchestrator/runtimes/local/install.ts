import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import type { Refusal } from "../port.ts";
import { withLock } from "./lock.ts";
import { readManifest, searchPath } from "./program.ts";
import { codeOf } from "./records.ts";
import { refused, refusedByMachine } from "./refusal.ts";

/** Installs what an image folder's lock file asks for, unless it is there. Two that need it at once install it once. */
export async function installDependencies(
	folder: string,
	note: (text: string) => void,
	signal: AbortSignal,
): Promise<Refusal | null> {
	if (isInstalled(folder)) return null;
	if (!existsSync(join(folder, "package-lock.json")))
		return refused(
			`Image "${basename(folder)}" needs packages, but has no package-lock.json that says which. Run npm install in ${folder}, and keep the lock file with it.`,
		);
	return withLock(folder, signal, async () => {
		if (isInstalled(folder)) return null;
		note(`Installing what image "${basename(folder)}" needs (npm ci)`);
		return (await npmCi(folder, signal)) ?? null;
	});
}

const Lock = z.object({
	packages: z.record(
		z.string(),
		z.object({
			version: z.string().optional(),
			dev: z.boolean().optional(),
			optional: z.boolean().optional(),
			devOptional: z.boolean().optional(),
		}),
	),
});

/** Compares the lock file with the one that npm leaves beside what it installed. */
function isInstalled(folder: string): boolean {
	if (!needsPackages(folder)) return true;
	if (!existsSync(join(folder, "package-lock.json")))
		return existsSync(join(folder, "node_modules"));
	const wanted = packagesOf(join(folder, "package-lock.json"));
	const found = packagesOf(join(folder, "node_modules", ".package-lock.json"));
	return Object.entries(wanted).every(
		([path, { version, dev, optional, devOptional }]) =>
			path === "" ||
			dev ||
			optional ||
			devOptional ||
			(found[path]?.version === version && existsSync(join(folder, path))),
	);
}

const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) });

function needsPackages(folder: string): boolean {
	const manifest = Manifest.safeParse(readManifest(folder));
	return manifest.success && Object.keys(manifest.data.dependencies).length > 0;
}

function packagesOf(file: string): z.infer<typeof Lock>["packages"] {
	try {
		return Lock.parse(JSON.parse(readFileSync(file, "utf8"))).packages;
	} catch {
		return {};
	}
}

function npmCi(folder: string, signal: AbortSignal): Promise<Refusal | null> {
	const words = ["ci", "--omit=dev", "--no-audit", "--no-fund"];
	const env = { ...process.env, PATH: searchPath() };
	const { promise, resolve, reject } = Promise.withResolvers<Refusal | null>();
	execFile("npm", words, { cwd: folder, env, signal }, (error, _, stderr) => {
		if (signal.aborted) reject(signal.reason);
		else resolve(error && refusalFor(folder, error, stderr));
	});
	return promise;
}

function refusalFor(folder: string, error: Error, stderr: string): Refusal {
	const name = basename(folder);
	if (codeOf(error) === "ENOENT")
		return refused(
			`Image "${name}" needs packages that are not installed, and npm, which installs them, is not on this machine. Install npm, or run npm ci --omit=dev in ${folder} where it is.`,
		);
	const why = stderr.trim().split("\n").slice(0, 3).join("; ");
	return refusedByMachine(
		`What image "${name}" needs could not be installed (npm ci --omit=dev in ${folder}): ${why || error.message}. Run that there to see more.`,
	);
}
