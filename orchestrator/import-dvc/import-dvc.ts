import { posix } from "node:path";
import { Context } from "./context.ts";
import { type Definitions, readDefinitions } from "./definition.ts";
import { noteParams, noteSections, noteStages, noteTracked } from "./note.ts";
import { ParamBook } from "./param-book.ts";
import { ParamFiles } from "./param-files.ts";
import { isWithin, rooted } from "./paths.ts";
import { StageReader } from "./read-stages.ts";
import { readYaml } from "./read-yaml.ts";
import {
	Fault,
	type Note,
	Notes,
	type ParamPlace,
	type Stage,
} from "./stage.ts";
import type { Task } from "./task.ts";
import { wire } from "./wire.ts";
import { writePage } from "./write-page.ts";

/** Makes a page of TypeScript of a dvc.yaml, and a list of what the page does not do. */
export function importDvc(source: DvcSource): Imported | Unreadable {
	try {
		return translate(source);
	} catch (error) {
		if (error instanceof Fault)
			return { kind: "unreadable", message: error.message };
		throw error;
	}
}

export interface DvcSource {
	/** Of the pipeline to be. */
	readonly name: string;
	readonly image: string;
	/** dvc.yaml, relative to the repository's root. */
	readonly file: string;
	/** Where the repository's files will lie below the data directory. */
	readonly data: string;
	/** Files and folders of the repository that every stage gets besides its deps. */
	readonly also: readonly string[];
	/** The text of a file of the repository; null when it is not there. */
	readonly read: (path: string) => string | null;
}

export interface Imported {
	readonly kind: "imported";
	readonly page: string;
	/** Which task a stage became. */
	readonly tasks: readonly { readonly stage: string; readonly task: string }[];
	/** What must lie in the data directory, relative to the repository's root. */
	readonly files: readonly string[];
	readonly notes: readonly Note[];
}

export interface Unreadable {
	readonly kind: "unreadable";
	readonly message: string;
}

function translate(source: DvcSource): Imported {
	const { data, read } = source;
	const known = readAll(source);
	const { notes, book } = known;
	const tasks = wired(known, source);
	const files = neededOf(tasks, data);
	noteSections(known.definitions, notes);
	noteStages(known.stages, notes);
	noteParams(book, notes);
	noteTracked(files, notes, read);
	const all = notes.all();
	return {
		kind: "imported",
		page: writePage({ ...source, files, tasks, book, notes: all }),
		tasks: tasks.map(({ stage, name }) => ({ stage: stage.name, task: name })),
		files,
		notes: all,
	};
}

interface Known {
	readonly definitions: Definitions;
	readonly stages: readonly Stage[];
	/** The params file that DVC reads unasked. */
	readonly main: string;
	readonly files: ParamFiles;
	readonly book: ParamBook;
	readonly notes: Notes;
}

/** The stages, and the params that they use. */
function readAll({ file, read }: DvcSource): Known {
	const folder = folderOf(file);
	const main = posix.join(folder, "params.yaml");
	const files = new ParamFiles(read);
	const book = new ParamBook(files, main);
	const notes = new Notes();
	const definitions = definitionsOf(file, read);
	const freeze = (place: ParamPlace) => book.freeze(place);
	const reader = new StageReader({ file, folder, files, notes, freeze });
	const context = contextOf(definitions, reader, { file, folder, main, files });
	const stages = withWholeFiles(
		definitions.stages.flatMap((one) => reader.read(one, context)),
		{ main, files, metrics: metricsOf(definitions, folder) },
	);
	for (const place of stages.flatMap(placesOf)) book.use(place);
	return { definitions, stages, main, files, book, notes };
}

function wired(
	{ stages, main, files, notes }: Known,
	{ name, data, also, file }: DvcSource,
): readonly Task[] {
	const isParamFile = (path: string) =>
		files.files().includes(path) && (path === main || isUsed(stages, path));
	return wire(stages, {
		pipeline: name,
		data,
		also,
		isParamFile,
		file,
		notes,
	});
}

const folderOf = (file: string): string => {
	const folder = posix.dirname(file);
	return folder === "." ? "" : folder;
};

function definitionsOf(file: string, read: DvcSource["read"]): Definitions {
	const text = read(file);
	if (text === null)
		throw new Fault(`There is no file ${file}. Name a dvc.yaml.`);
	return readDefinitions(readYaml(text, file), file);
}

/** `params.yaml` and `vars`, as templates see them. */
function contextOf(
	{ vars }: Definitions,
	reader: StageReader,
	at: { file: string; folder: string; main: string; files: ParamFiles },
): Context {
	const value = at.files.get(at.main)?.value;
	const main = value === undefined ? [] : [{ file: at.main, value }];
	return new Context(main).with(...reader.sources(vars, at.folder, at.file));
}

const placesOf = ({ params, cmds }: Stage): readonly ParamPlace[] => [
	...params,
	...cmds.flat().flatMap((part) => (typeof part === "string" ? [] : [part.at])),
];

const isUsed = (stages: readonly Stage[], file: string): boolean =>
	stages.some(({ params }) => params.some((use) => use.file === file));

/** A dep on a params file is a use of all that is in it; a file that is no params file after all is a dep. */
function withWholeFiles(
	stages: readonly Stage[],
	known: { main: string; files: ParamFiles; metrics: readonly string[] },
): readonly Stage[] {
	const isParamFile = (path: string) =>
		known.files.get(path) !== null &&
		(path === known.main || isUsed(stages, path));
	return stages.map((stage) => {
		const { deps, params, outs, metrics } = stage;
		const opaque = params.filter(({ file }) => !known.files.isReadable(file));
		return {
			...stage,
			deps: [...deps, ...opaque.map(({ file }) => file)],
			params: [
				...params.filter((use) => !opaque.includes(use)),
				...deps.filter(isParamFile).map((file) => ({ file, path: [] })),
			],
			metrics: [
				...new Set([
					...metrics,
					...known.metrics.filter((path) =>
						outs.some((out) => isWithin(path, out)),
					),
				]),
			],
		};
	});
}

const metricsOf = (
	{ metrics }: Definitions,
	folder: string,
): readonly string[] =>
	metrics.flatMap((path) => {
		const whole = rooted(folder, path);
		return whole?.endsWith(".json") ? [whole] : [];
	});

const neededOf = (tasks: readonly Task[], data: string): readonly string[] => {
	const paths = tasks.flatMap(({ inputs }) =>
		inputs.flatMap(({ from }) =>
			from.kind === "data" ? [from.path.slice(data.length + 1) || "."] : [],
		),
	);
	return [...new Set(paths)];
};
