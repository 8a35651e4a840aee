import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Plugin, rolldown } from "rolldown";
import { OWN_PROGRAMS, ownFile, programName } from "../own-files.ts";
import { DIST, INSTALLED, type Note, noteOf, ROOT, STAMP } from "./find.mjs";

/** `npm run bundle`: one folder of few files of all that berth loads, because a start is mostly the loading of 700 modules. Nobody sees a half of it. */
async function makeBundle(): Promise<void> {
	for (let trial = 1; trial <= TRIALS; trial++) {
		const began = Date.now();
		const { files, readFrom } = await bundled();
		const of = [...readFrom, ownFile("../package-lock.json"), INSTALLED];
		const notes = of.map(noteOf);
		if (notes.every(([, , changed]) => changed < began - TICK_MS))
			return keep(files, notes);
		await sleep(TICK_MS); // a source changed just now, perhaps after it had been read
	}
	throw new Error(
		"The sources of berth go on changing. Make its bundle again when they rest.",
	);
}

const TRIALS = 10;

/** Two changes that are closer together may have the same time. */
const TICK_MS = 100;

type File = { readonly name: string; readonly text: string };

async function bundled() {
	const build = await rolldown({
		cwd: ownFile("."),
		input: Object.fromEntries(
			OWN_PROGRAMS.map((source) => [programName(source), ownFile(source)]),
		),
		platform: "node",
		external: ["better-sqlite3"], // native
		plugins: [kyselyAsModules],
	});
	const { output } = await build.generate({
		dir: join(DIST, "name"), // from where the maps name the sources
		format: "esm",
		sourcemap: true,
		entryFileNames: "[name].mjs",
		chunkFileNames: "[name]-[hash].mjs",
	});
	const readFrom = await build.watchFiles;
	await build.close();
	const files = output.map(
		(part): File => ({
			name: part.fileName,
			text: part.type === "chunk" ? part.code : withoutSources(part.source),
		}),
	);
	return { files, readFrom: readFrom.filter(isOwn) };
}

/** What is in node_modules, npm changes, and says so in a file of its own. */
const isOwn = (file: string): boolean =>
	file.startsWith(ROOT) && !file.startsWith(`${ROOT}node_modules/`);

/** Lines are all that is asked of a map: the sources themselves are here. */
function withoutSources(map: string | Uint8Array): string {
	const { sourcesContent, ...rest } = JSON.parse(String(map));
	return JSON.stringify(rest);
}

/** The sources have it as CommonJS, which a bundler cannot look into. */
const kyselyAsModules: Plugin = {
	name: "kysely-as-modules",
	resolveId(from, importer) {
		return from === "./kysely.ts" ? this.resolve("kysely", importer) : null;
	},
};

/** Written and on the disk before the stamp names it. */
async function keep(
	files: readonly File[],
	notes: readonly Note[],
): Promise<void> {
	const name = `${Date.now().toString(36)}-${process.pid}`;
	const folder = join(DIST, name);
	const draft = join(DIST, `.${name}`);
	mkdirSync(draft, { recursive: true });
	await Promise.all(
		files.map((file) => write(join(draft, file.name), file.text)),
	);
	renameSync(draft, folder);
	const written = files.filter(({ name }) => !name.endsWith(".map"));
	const own = written.map((file) => noteOf(join(folder, file.name)));
	const stamp = { name, notes: [...own, ...notes] };
	await write(join(DIST, `.${name}.json`), JSON.stringify(stamp));
	renameSync(join(DIST, `.${name}.json`), STAMP);
	removeOld();
}

async function write(path: string, text: string): Promise<void> {
	await using file = await open(path, "wx");
	await file.writeFile(text);
	await file.datasync();
}

/** What was started from an older bundle goes on loading from it: a command for a moment, an owner for as long as it holds it. */
function removeOld(): void {
	const names = readdirSync(DIST).toSorted();
	const bundles = names.filter((name) => /^\w+-\d+$/.test(name));
	const drafts = names.filter((name) => name.startsWith("."));
	for (const name of bundles.slice(0, -KEPT)) removeUnless(isHeld, name);
	for (const name of drafts) removeUnless(isBeingMade, name);
}

/** What others take away at the same time is gone; and a bundle is none the worse for what cannot be removed: the next one tries again. */
function removeUnless(isNeeded: (name: string) => boolean, name: string): void {
	try {
		if (!isNeeded(name))
			rmSync(join(DIST, name), { recursive: true, force: true });
	} catch {}
}

function isBeingMade(draft: string): boolean {
	return statSync(join(DIST, draft)).mtimeMs >= Date.now() - ABANDONED_MS;
}

function isHeld(bundle: string): boolean {
	const holders = readdirSync(join(DIST, bundle)).flatMap(
		(name) => /^held-(\d+)$/.exec(name)?.[1] ?? [],
	);
	return holders.some((pid) => isAlive(Number(pid)));
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

const KEPT = 4;
const ABANDONED_MS = 3_600_000;

await makeBundle();
