import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Where a file of berth's own package lies, by its path in it: "package.json". */
export const ownFile = (path: string): string =>
	fileURLToPath(new URL(path, PACKAGE));

/** The file to run for a program of berth's own: its source, or what the bundle made of that. */
export const ownProgram = (source: OwnProgram): URL =>
	isBundled
		? new URL(`./${programName(source)}.mjs`, import.meta.url)
		: new URL(source, PACKAGE);

/** What is run, or imported by its address: each is an entry of the bundle. */
export const OWN_PROGRAMS = [
	"artifacts/hash-worker.ts",
	"artifacts/usage-worker.ts",
	"cli/program.ts",
	"define/index.ts",
	"define/load-child.ts",
	"runtimes/local/supervisor.ts",
	"store/sqlite/garbage-worker.ts",
] as const;

export type OwnProgram = (typeof OWN_PROGRAMS)[number];

/** Also its name in the bundle: `runtimes/local/supervisor.ts` → supervisor. */
export const programName = (source: OwnProgram): string =>
	source.slice(source.lastIndexOf("/") + 1, -".ts".length);

/** Does the bundle run, and not the sources? It lies in dist/<name>/. */
export const isBundled = !import.meta.url.endsWith("/own-files.ts");

/** For the environment of an own program: it keeps what it compiled where this process does, if that does. */
export function compileCache(): { readonly NODE_COMPILE_CACHE?: string } {
	const ours = getCompileCacheDir(); // with a folder in it for this version of Node
	return ours ? { NODE_COMPILE_CACHE: dirname(ours) } : {};
}

const PACKAGE = new URL(isBundled ? "../../" : "./", import.meta.url);

/** The folder of all the code that runs. */
export const OWN_CODE = new URL(isBundled ? "./" : PACKAGE, import.meta.url)
	.href;
