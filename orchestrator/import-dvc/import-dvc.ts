import { posix } from "node:path";
import { Context } from "./context.ts";
import { SECTIONS, UNKNOWN } from "./cures.ts";
import { type Definitions, readDefinitions } from "./definition.ts";
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
import { type Task, wire } from "./wire.ts";
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
	const { file, name, data, read } = source;
	const folder = folderOf(file);
	const files = new ParamFiles(read);
	const notes = new Notes();
	const main = posix.join(folder, "params.yaml");
	const book = new ParamBook(files, main);
	const definitions = definitionsOf(file, read);
	const reader = new StageReader({
		file,
		folder,
		files,
		notes,
		freeze: (place) => book.freeze(place),
	});
	const context = contextOf(definitions, reader, { file, folder, main, files });
	const stages = withWholeFiles(
		definitions.stages.flatMap((definition) =>
			reader.read(definition, context),
		),
		{ main, files, metrics: metricsOf(definitions, folder) },
	);
	for (const place of stages.flatMap(placesOf)) book.use(place);
	const isParamFile = (path: string) =>
		files.files().includes(path) && (path === main || isUsed(stages, path));
	const tasks = wire(stages, {
		pipeline: name,
		data,
		also: source.also,
		isParamFile,
		file,
		notes,
	});
	noteSections(definitions, notes);
	noteStages(stages, notes);
	noteParams(book, notes);
	const needed = neededOf(tasks, data);
	noteTracked(needed, notes, read);
	const page = writePage({
		...source,
		files: needed,
		tasks,
		book,
		notes: notes.all(),
	});
	return {
		kind: "imported",
		page,
		tasks: tasks.map(({ stage, name: task }) => ({ stage: stage.name, task })),
		files: needed,
		notes: notes.all(),
	};
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

function noteSections({ others }: Definitions, notes: Notes): void {
	for (const key of others) notes.add(null, key, SECTIONS[key] ?? UNKNOWN);
}

function noteStages(stages: readonly Stage[], notes: Notes): void {
	for (const { name, metrics, cmds } of stages) {
		if (metrics.length > 1)
			notes.add(
				name,
				"metrics",
				`only one JSON file can be a task's result, and there are ${metrics.length} (${metrics.join(", ")}); all are published. Let the command write one JSON object to $BERTH_RESULT`,
			);
		const text = cmds
			.flat()
			.filter((part) => typeof part === "string")
			.join(" ");
		if (
			/\b(https?|s3|gs|ssh):\/\/|\b(curl|wget|git clone|pip install|apt-get)\b/.test(
				text,
			)
		)
			notes.add(
				name,
				"cmd",
				'it seems to use the network, which a task has only when it asks. Add network: "bridge" to the task',
			);
	}
}

function noteParams(book: ParamBook, notes: Notes): void {
	const { settled, unused } = book.leftOut();
	if (settled.length > 0)
		notes.add(
			null,
			"params",
			`paths, loops or words depend on these values, so they are written into the page and no params of it: ${settled.join("; ")}. To change one, import again`,
		);
	if (unused.length > 0)
		notes.add(
			null,
			"params",
			`no stage names these values, so they are no params of the pipeline and no task gets them: ${unused.join("; ")}. If a program reads one, name it in the stage's params and import again`,
		);
}

const neededOf = (tasks: readonly Task[], data: string): readonly string[] => {
	const paths = tasks.flatMap(({ inputs }) =>
		inputs.flatMap(({ from }) =>
			from.kind === "data" ? [from.path.slice(data.length + 1) || "."] : [],
		),
	);
	return [...new Set(paths)];
};

/** Data that git does not have, because DVC tracks it. */
function noteTracked(
	files: readonly string[],
	notes: Notes,
	read: DvcSource["read"],
): void {
	for (const path of files) {
		const pointer = pointerOf(path, read);
		if (pointer !== null)
			notes.add(
				null,
				pointer,
				`DVC tracks this data. Get it with "dvc pull ${pointer}", and put it into the data directory with the other files`,
			);
	}
}

function pointerOf(path: string, read: DvcSource["read"]): string | null {
	const parts = path.split("/");
	const folders = parts.map((_, index) =>
		parts.slice(0, parts.length - index).join("/"),
	);
	return (
		folders.map((one) => `${one}.dvc`).find((one) => read(one) !== null) ?? null
	);
}
