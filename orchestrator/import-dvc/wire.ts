import { posix } from "node:path";
import { Inputs } from "./inputs.ts";
import { inOrder } from "./order.ts";
import { isWithin, nameFor } from "./paths.ts";
import { Fault, type Notes, type Stage } from "./stage.ts";
import type { Task, TaskInput, TaskOutput } from "./task.ts";

export interface WireOptions {
	readonly pipeline: string;
	/** Where the repository's files lie below the data directory. */
	readonly data: string;
	/** Files that every stage gets besides its deps. */
	readonly also: readonly string[];
	/** Files that are written from params, not taken from the data directory. */
	readonly isParamFile: (path: string) => boolean;
	readonly file: string;
	readonly notes: Notes;
}

/** Connects stages by their paths, in an order in which each comes after those it needs. */
export function wire(
	stages: readonly Stage[],
	options: WireOptions,
): readonly Task[] {
	const made = producers(stages, options);
	const tasks = stages.map((stage) => {
		const { name, constant, outputs } = taken(made, stage);
		const inputs = inputsOf(stage, made, options);
		const needs = inputs.flatMap(({ from }) =>
			from.kind === "output" ? [from.task] : [],
		);
		return {
			stage,
			name,
			constant,
			outputs,
			inputs,
			needs: [...new Set(needs)],
		};
	});
	return inOrder(tasks, options.file);
}

interface Producer {
	readonly stage: Stage;
	readonly name: string;
	readonly constant: string;
	readonly outputs: readonly TaskOutput[];
}

function producers(
	stages: readonly Stage[],
	{ pipeline, file }: WireOptions,
): readonly Producer[] {
	const names = new Set<string>();
	const constants = new Set(RESERVED);
	const owners: { path: string; stage: Stage }[] = [];
	return stages.map((stage) => {
		for (const path of stage.outs) claim(path, stage, owners, file);
		const name = freeName(stage.name.replace(/[^A-Za-z0-9._-]+/g, "-"), names);
		names.add(name);
		const constant = nameFor(name.replaceAll(".", "_"), constants);
		constants.add(constant);
		const keys = new Set<string>();
		const outputs = stage.outs.map((place) => {
			const key = nameFor(posix.basename(place), keys);
			keys.add(key);
			return { key, place, path: `${pipeline}/${name}/${key}` };
		});
		return { stage, name, constant, outputs };
	});
}

/** Names that mean something else on the page. */
const RESERVED = [
	"pipeline",
	"z",
	"params",
	"container",
	"stage",
	"command",
	"script",
	..."break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield await eval arguments undefined".split(
		" ",
	),
];

function freeName(text: string, taken: ReadonlySet<string>): string {
	const name = (/^[A-Za-z0-9]/.test(text) ? text : `stage${text}`).slice(0, 90);
	if (!taken.has(name)) return name;
	for (let n = 2; ; n++) if (!taken.has(`${name}-${n}`)) return `${name}-${n}`;
}

function claim(
	path: string,
	stage: Stage,
	owners: { path: string; stage: Stage }[],
	file: string,
): void {
	const other = owners.find(
		(one) => isWithin(path, one.path) || isWithin(one.path, path),
	);
	owners.push({ path, stage });
	if (!other) return;
	const how = other.path === path ? "too" : `, which overlaps ${path}`;
	throw new Fault(
		`${file}:${stage.line}, stage "${stage.name}" writes ${path}, and stage "${other.stage.name}" writes ${other.path}${how === "too" ? " too" : how}. Give each output a path of its own.`,
	);
}

function taken(made: readonly Producer[], stage: Stage): Producer {
	const found = made.find((one) => one.stage === stage);
	if (!found) throw new Error(`no task for stage ${stage.name}`);
	return found;
}

function inputsOf(
	stage: Stage,
	made: readonly Producer[],
	options: WireOptions,
): readonly TaskInput[] {
	const inputs = new Inputs();
	for (const dep of new Set([...stage.deps, ...options.also])) {
		if (options.isParamFile(dep)) continue;
		const found = made.flatMap(({ name, stage: from, outputs }) =>
			outputs.flatMap((output) =>
				isWithin(dep, output.place) || isWithin(output.place, dep)
					? [{ task: name, from, output }]
					: [],
			),
		);
		for (const { task, output } of found.filter(
			({ from }) => from !== stage || stage.deps.includes(dep),
		))
			inputs.output(task, output, dep);
		if (found.length === 0) inputs.data(options.data, dep);
		else if (
			found.every(
				({ output }) => output.place !== dep && isWithin(output.place, dep),
			)
		)
			options.notes.add(
				stage.name,
				`deps.${dep}`,
				`of this folder the task gets what stages write there (${found.map(({ output }) => output.place).join(", ")}). If it needs other files there, name them in deps one by one`,
			);
	}
	return inputs.all();
}
