import {
	commentOf,
	jsonOf,
	keyOf,
	member,
	objectOf,
	quote,
	textOf,
} from "./literals.ts";
import type { ParamBook } from "./param-book.ts";
import { SCRIPT } from "./script.ts";
import type { Note, Part, Stage } from "./stage.ts";
import type { Task } from "./task.ts";

/** The pipeline as a page of TypeScript. */
export function writePage(page: PageOptions): string {
	const { name, image, tasks, book } = page;
	const params = book.declaration();
	const isParam = params.length > 0;
	return `${[
		`import { pipeline${isParam ? ", z" : ""} } from "berth";`,
		"",
		...opening(page),
		"export default pipeline(",
		`\t${quote(name)},`,
		...(isParam
			? [
					"\t{",
					"\t\tparams: {",
					...params.map((line) => `\t\t\t${line}`),
					"\t\t},",
					"\t},",
				]
			: ["\t{},"]),
		`\t({ ${isParam ? "params, " : ""}container }) => {`,
		tasks
			.map((task) =>
				taskOf(task, page)
					.map((line) => `\t\t${line}`)
					.join("\n"),
			)
			.join("\n\n"),
		"\t},",
		");",
		"",
		'/** What all stages have in common. DVC knows no exit code that means "nothing to do". */',
		"const stage = {",
		`\timage: ${quote(image)},`,
		'\tentrypoint: ["/bin/sh", "-c", script(), "dvc-stage"],',
		"\tskipOn: [],",
		"};",
		"",
		"/** Runs a command of DVC in a folder that looks to it like the repository. */",
		"function script(): string {",
		`\treturn String.raw\`${SCRIPT}\`;`,
		"}",
	].join("\n")}\n`;
}

export interface PageOptions {
	readonly name: string;
	readonly image: string;
	/** dvc.yaml's path, to be told. */
	readonly file: string;
	/** Where the repository's files lie below the data directory, and which of them are read. */
	readonly data: string;
	readonly files: readonly string[];
	readonly tasks: readonly Task[];
	readonly book: ParamBook;
	readonly notes: readonly Note[];
}

function opening({ file, data, files, notes }: PageOptions): readonly string[] {
	return [
		`// Made by "berth import" of ${commentOf(file)}. It is yours now: edit it.`,
		...(files.length === 0
			? []
			: [
					`// It reads these files of the repository from ${commentOf(data)} in the data directory:`,
					...files.map((path) => `//   ${commentOf(path)}`),
				]),
		...(notes.length === 0 ? [] : ["// Not translated:"]),
		...notes.map(
			({ stage, key, message }) =>
				`// - ${commentOf(`${stage === null ? "" : `${stage}, `}${key}: ${message}.`)}`,
		),
		"",
	];
}

function taskOf(task: Task, page: PageOptions): readonly string[] {
	const { stage, name, constant, outputs } = task;
	const isUsed = page.tasks.some(({ needs }) => needs.includes(name));
	const params = paramsOf(stage, page.book);
	return [
		...(stage.desc === null ? [] : [`// ${commentOf(stage.desc)}`]),
		`${isUsed ? `const ${constant} = ` : ""}container(${quote(name)}, {`,
		"\t...stage,",
		"\tcommand: [",
		...wordsOf(task, params, page.book).map((line) => `\t\t${line}`),
		"\t],",
		...optionOf("in", inputsOf(task, page)),
		...optionOf(
			"out",
			outputs.map(({ key, path }) => [key, quote(path)]),
		),
		...params.flatMap(({ as, code }) =>
			as === "params" ? [`\tparams: ${code},`] : [],
		),
		...optionOf(
			"env",
			params.flatMap(({ as, code }) =>
				as === "params" ? [] : [[as, `JSON.stringify(${code}, null, 1)`]],
			),
		),
		...cacheOf(stage),
		"});",
	];
}

/** Where that differs from a task's default: DVC takes over a stage without outputs, too, when its deps are unchanged, and knows no date. */
function cacheOf({ isAlwaysChanged, deps, outs }: Stage): readonly string[] {
	if (isAlwaysChanged) return ["\tcache: false,"];
	return outs.length === 0 || deps.length === 0 ? ["\tcache: true,"] : [];
}

function optionOf(
	option: string,
	entries: readonly (readonly [string, string])[],
): readonly string[] {
	if (entries.length === 0) return [];
	const line = `\t${option}: ${objectOf(entries)},`;
	if (line.length <= 72) return [line];
	return [
		`\t${option}: {`,
		...entries.map(([key, code]) => `\t\t${keyOf(key)}: ${code},`),
		"\t},",
	];
}

function inputsOf(
	{ inputs }: Task,
	{ tasks }: PageOptions,
): readonly (readonly [string, string])[] {
	return inputs.map(({ key, from }) => {
		if (from.kind === "data") return [key, quote(from.path)];
		const maker = tasks.find(({ name }) => name === from.task);
		return [key, `${maker?.constant}.out${member(from.output)}`];
	});
}

/** What the script is told, three words a line. */
function wordsOf(
	{ stage, inputs, outputs }: Task,
	params: readonly ParamsFile[],
	book: ParamBook,
): readonly string[] {
	const three = (verb: string, place: string, what: string) =>
		`${[verb, place, what].map((word) => jsonOf(word)).join(", ")},`;
	const [metrics, ...others] = stage.metrics;
	return [
		...inputs.flatMap(({ key, places }) =>
			places.map(({ place, inside }) =>
				three("in", place, inside === "" ? key : `${key}/${inside}`),
			),
		),
		...params.map(({ file, as }) =>
			three("params", file, as === "params" ? "-" : as),
		),
		...(metrics !== undefined && others.length === 0
			? [three("result", metrics, "-")]
			: []),
		...outputs.map(({ key, place }) => three("out", place, key)),
		...(stage.wdir === "" ? [] : [three("wdir", stage.wdir, "-")]),
		`${quote("run")},`,
		...stage.cmds.map(
			(cmd) => `${textOf(cmd.map((part) => codeOf(part, book)))},`,
		),
	];
}

const codeOf = (
	part: Part,
	book: ParamBook,
): string | { readonly code: string } =>
	typeof part === "string"
		? part
		: book.isParam(part.at)
			? { code: book.expression(part.at) }
			: String(part.value);

interface ParamsFile {
	readonly file: string;
	/** The task's option `params`, or the name of a variable. */
	readonly as: string;
	readonly code: string;
}

/** One file of params is the task's params; what more there are is handed over as variables. */
function paramsOf(stage: Stage, book: ParamBook): readonly ParamsFile[] {
	const files = [...new Set(stage.params.map(({ file }) => file))];
	return files.map((file, index) => {
		const paths = stage.params.flatMap((use) =>
			use.file === file ? [use.path] : [],
		);
		const isPlain = index === 0 && book.hasPlainNames(file, paths);
		return {
			file,
			as: isPlain ? "params" : `PARAMS_${index + 1}`,
			code: book.selection(file, paths),
		};
	});
}
