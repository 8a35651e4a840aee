import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { imageFolders } from "../compose-machine.ts";
import { type Config, readConfig } from "../config.ts";
import { imageProblem } from "../define/check.ts";
import { type Imported, importDvc } from "../import-dvc/import-dvc.ts";
import { parseDataPath } from "../model/data-path.ts";
import { answer } from "./answer.ts";
import { EXIT, Sentence } from "./fail.ts";

/** Make a pipeline of a dvc.yaml, and list what could not be translated. */
export async function importFile(
	path: string,
	options: ImportOptions,
): Promise<void> {
	const config = readConfig(process.env);
	const file = fileAt(path);
	const root = rootOf(dirname(file));
	const name = nameOf(options, root);
	const data = dataOf(options, name);
	checkImage(options.image, config);
	const imported = importDvc({
		name,
		image: options.image,
		file: relative(root, file),
		data,
		also: (options.also ?? []).map((also) => belowRoot(also, root)),
		read: (inner) => readText(join(root, inner)),
	});
	if (imported.kind === "unreadable")
		throw new Sentence(imported.message, EXIT.usage);
	const page = resolve(options.out ?? join(config.pipelines, `${name}.ts`));
	await writePage(page, imported.page, options.force ?? false);
	const { tasks, files, notes } = imported;
	answer(
		{ name, file: page, image: options.image, data, tasks, files, notes },
		options.json,
		() => told(imported, { name, page, root, data, config }),
	);
}

interface ImportOptions {
	readonly image: string;
	readonly name?: string;
	readonly out?: string;
	readonly data?: string;
	readonly also?: readonly string[];
	readonly force?: boolean;
	readonly json?: boolean;
}

/** Whoever names a repository means the file in it. */
function fileAt(path: string): string {
	const file = resolve(path);
	const within = join(file, "dvc.yaml");
	if (existsSync(within)) return within;
	if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
	throw new Sentence(
		`There is no file ${file}. Name a dvc.yaml, or the folder that has one.`,
		EXIT.usage,
	);
}

/** The nearest folder that is a repository of DVC or git; else where the file is. */
function rootOf(folder: string): string {
	for (let at = folder; ; at = dirname(at)) {
		if (existsSync(join(at, ".dvc")) || existsSync(join(at, ".git"))) return at;
		if (at === dirname(at)) return folder;
	}
}

function nameOf({ name }: ImportOptions, root: string): string {
	const made = basename(root)
		.replace(/[^A-Za-z0-9._-]+/g, "-")
		.replace(/^[^A-Za-z0-9]+/, "");
	const wanted = name ?? (made || "dvc");
	if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(wanted)) return wanted;
	throw new Sentence(
		`"${wanted}" is no name for a pipeline. Use letters, digits, "_", "." and "-", at most 100 of them.`,
		EXIT.usage,
	);
}

function dataOf({ data }: ImportOptions, name: string): string {
	const prefix = data ?? `dvc/${name}`;
	const path = parseDataPath(prefix);
	if (typeof path !== "string")
		throw new Sentence(`--data: ${path.message}`, EXIT.usage);
	if (path !== name && !path.startsWith(`${name}/`)) return path;
	throw new Sentence(
		`--data ${prefix} lies where the pipeline "${name}" publishes. Choose another place, or another --name.`,
		EXIT.usage,
	);
}

function checkImage(image: string, config: Config): void {
	const problem = /^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/.test(image)
		? imageProblem(image, imageFolders(config))
		: `"${image}" is no name of an image: write a folder's name under the images folder, or a reference such as "python:3.12-slim".`;
	if (problem !== null) throw new Sentence(`--image: ${problem}`, EXIT.usage);
}

function belowRoot(path: string, root: string): string {
	const inner = relative(root, resolve(root, path));
	if (!inner.startsWith("..")) return inner;
	throw new Sentence(
		`--also ${path} lies outside the repository ${root}. Name a file or folder of it.`,
		EXIT.usage,
	);
}

/** Null when there is no such file. */
function readText(path: string): string | null {
	try {
		return readFileSync(path, "utf8");
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR")
			return null;
		throw error;
	}
}

async function writePage(
	page: string,
	text: string,
	force: boolean,
): Promise<void> {
	await mkdir(dirname(page), { recursive: true });
	try {
		await writeFile(page, text, { flag: force ? "w" : "wx" });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
		throw new Sentence(
			`${page} is there already. Choose another file with --out, or replace it with --force.`,
		);
	}
}

interface Where {
	readonly name: string;
	readonly page: string;
	readonly root: string;
	readonly data: string;
	readonly config: Config;
}

function told(
	{ tasks, files, notes }: Imported,
	{ name, page, root, data, config }: Where,
): string {
	const there = word(join(config.data, data));
	return [
		`Wrote ${page}: pipeline "${name}" of ${tasks.length} tasks.`,
		...(files.length === 0
			? []
			: [
					"",
					`Its tasks read files of the repository from ${data} in the data directory. Copy them there, now and after each change:`,
					`  mkdir -p ${there} && tar -C ${word(root)} -cf - -- ${files.map(word).join(" ")} | tar -C ${there} -xf -`,
					"A task gets these and nothing else. Code that imports other code of the repository needs that, too: import again with --also FOLDER --force.",
				]),
		"",
		notes.length === 0
			? "Everything was translated."
			: `Not translated (${notes.length}):`,
		...notes.map(
			({ stage, key, message }) =>
				`- ${stage === null ? "" : `${stage}, `}${key}: ${message}.`,
		),
		"",
		`Then:  berth check  and  berth run ${name}`,
	].join("\n");
}

/** As a shell reads it. */
const word = (text: string): string =>
	/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
