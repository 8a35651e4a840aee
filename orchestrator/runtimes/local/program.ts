import { readFileSync } from "node:fs";
import { basename, delimiter, dirname, extname, join } from "node:path";
import { z } from "zod";
import type { Job, Refusal } from "../port.ts";
import { isExecutable, isFile } from "./facts.ts";
import { isRefusal, refused } from "./refusal.ts";

/** What the job runs, the first word resolved to a path: the image folder's program, or the job's own entry point, and the command behind it. */
export function programOf(job: Job, path: string): readonly string[] | Refusal {
	const program = job.entrypoint?.length
		? entrypoint(job.task, job.entrypoint, path)
		: imageProgram(job.image.id);
	return isRefusal(program) ? program : [...program, ...job.command];
}

/** The program of an image folder, as its ENTRYPOINT would run it. */
export function imageProgram(folder: string): readonly string[] | Refusal {
	const name = basename(folder);
	const bin = binOf(folder);
	if (bin === null)
		return refused(
			`Image "${name}" does not say which program to run without Docker: its package.json (${join(folder, "package.json")}) needs one "bin", the same as the ENTRYPOINT. Add it, or start a Docker engine.`,
		);
	const file = join(folder, bin);
	if (!isFile(file))
		return refused(
			`Image "${name}" names the program ${bin} in its package.json, but there is no such file in ${folder}. Correct "bin".`,
		);
	if (SCRIPTS.has(extname(file))) return [process.execPath, file];
	if (isExecutable(file)) return [file];
	return refused(
		`The program ${file} of image "${name}" is not executable. Run chmod +x on it.`,
	);
}

/** What this Node runs as it is. */
const SCRIPTS = new Set([".ts", ".mts", ".js", ".mjs", ".cjs"]);

const Manifest = z.object({
	name: z.string().optional(),
	bin: z.union([z.string(), z.record(z.string(), z.string())]),
});

function binOf(folder: string): string | null {
	const manifest = Manifest.safeParse(readManifest(folder));
	if (!manifest.success) return null;
	const { name, bin } = manifest.data;
	if (typeof bin === "string") return bin;
	const [only, ...others] = Object.values(bin);
	return (
		(name ? bin[name] : undefined) ?? (others.length ? null : (only ?? null))
	);
}

/** An image folder's package.json, not yet trusted; null when there is none that can be read. */
export function readManifest(folder: string): unknown {
	try {
		return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
	} catch {
		return null;
	}
}

function entrypoint(
	task: string,
	[word = "", ...rest]: readonly string[],
	path: string,
): readonly string[] | Refusal {
	const found = word.includes("/") ? word : findIn(path, word);
	if (!found || !isFile(found))
		return refused(
			`Task "${task}" wants to run ${word}, which is not on this machine. Without Docker a task sees this machine's programs, not those of its image: install it, or start a Docker engine.`,
		);
	if (!isExecutable(found))
		return refused(
			`Task "${task}" wants to run ${found}, which is not executable. Run chmod +x on it, or name another entrypoint.`,
		);
	return [found, ...rest];
}

function findIn(path: string, word: string): string | undefined {
	const files = path.split(delimiter).map((folder) => join(folder, word));
	const there = files.filter(isFile);
	return there.find(isExecutable) ?? there[0];
}

/** Where programs are looked for: first beside this Node, so that `node` is the one that berth was tried with. */
export const searchPath = (): string =>
	[dirname(process.execPath), process.env.PATH ?? "/usr/bin:/bin"].join(
		delimiter,
	);
