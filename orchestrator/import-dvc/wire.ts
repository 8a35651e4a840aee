import { posix } from "node:path";
import { isWithin, nameFor } from "./paths.ts";
import { Fault, type Notes, type Stage } from "./stage.ts";

/** A stage as a task: what it takes from whom, and what it publishes where. */
export interface Task {
	readonly stage: Stage;
	readonly name: string;
	/** What the page calls it. */
	readonly constant: string;
	readonly inputs: readonly TaskInput[];
	readonly outputs: readonly TaskOutput[];
	/** The tasks whose outputs it takes. */
	readonly needs: readonly string[];
}

export interface TaskInput {
	readonly key: string;
	readonly from:
		| { readonly kind: "data"; readonly path: string }
		| {
				readonly kind: "output";
				readonly task: string;
				readonly output: string;
		  };
	/** Where the program finds what, both relative: to the repository's root, and to the input. */
	readonly places: readonly {
		readonly place: string;
		readonly inside: string;
	}[];
}

export interface TaskOutput {
	readonly key: string;
	/** Where the program writes it, relative to the repository's root. */
	readonly place: string;
	/** Where it is published, below the data directory. */
	readonly path: string;
}

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

class Inputs {
	readonly #inputs = new Map<string, TaskInput>();
	readonly #keys = new Set<string>();

	/** A file or folder that lies in the data directory. */
	data(prefix: string, path: string): void {
		const from = {
			kind: "data",
			path: path === "" ? prefix : `${prefix}/${path}`,
		} as const;
		this.#add(path, from, { place: path, inside: "" });
	}

	/** What another stage wrote, or a part of it. */
	output(task: string, { key, place }: TaskOutput, dep: string): void {
		const wanted = isWithin(dep, place) ? dep : place;
		const inside = posix.join(
			posix.basename(place),
			posix.relative(place, wanted),
		);
		const from = { kind: "output", task, output: key } as const;
		this.#add(place, from, { place: wanted, inside });
	}

	#add(
		path: string,
		from: TaskInput["from"],
		place: TaskInput["places"][number],
	): void {
		const id = JSON.stringify(from);
		const known = this.#inputs.get(id);
		const key =
			known?.key ?? nameFor(posix.basename(path) || "repository", this.#keys);
		this.#keys.add(key);
		this.#inputs.set(id, {
			key,
			from,
			places: [...(known?.places ?? []), place],
		});
	}

	all(): readonly TaskInput[] {
		return [...this.#inputs.values()];
	}
}

/** Each after those it needs, else as they were (Kahn 1962). */
function inOrder(tasks: readonly Task[], file: string): readonly Task[] {
	const ordered: Task[] = [];
	const done = new Set<string>();
	let rest = tasks;
	while (rest.length > 0) {
		const [ready, waiting] = [
			rest.filter(({ needs }) => needs.every((name) => done.has(name))),
			rest.filter(({ needs }) => !needs.every((name) => done.has(name))),
		];
		if (ready.length === 0) throw cycle(waiting, file);
		ordered.push(...ready);
		for (const { name } of ready) done.add(name);
		rest = waiting;
	}
	return ordered;
}

function cycle(rest: readonly Task[], file: string): Fault {
	const way: Task[] = [];
	let at = rest[0];
	while (at && !way.includes(at)) {
		way.push(at);
		at = rest.find(({ name }) => way.at(-1)?.needs.includes(name));
	}
	const round = at ? way.slice(way.indexOf(at)) : way;
	const names = [...round, ...(at ? [at] : [])].map(({ stage }) => stage.name);
	return new Fault(
		`${file}:${round[0]?.stage.line ?? 1}: stages need each other in a circle: ${names.join(" needs ")}. Take one of these deps out.`,
	);
}
