import { basename } from "node:path/posix";
import { PARAMS_FILE } from "../../shared/task-contract.ts";
import type { ContainerWork, Input, Text } from "../model/plan.ts";
import type { DataPath, Json, Named, TaskName } from "../model/words.ts";
import { AuthorError } from "./author-error.ts";
import { cachePolicy } from "./cache-policy.ts";
import type { ReadContainer } from "./container-schema.ts";
import { containerSchema } from "./container-schema.ts";
import { readOptions } from "./option-schema.ts";
import { dataPath } from "./paths.ts";
import type { PlanBuilder } from "./plan-builder.ts";
import { tasksOfInput } from "./plan-builder.ts";
import { tasksOf } from "./refs.ts";
import { resultSchema } from "./result-schema.ts";
import { toldOf } from "./told.ts";
import {
	closed,
	OutputValue,
	propertiesOf,
	ResultRef,
	TaskValue,
} from "./values.ts";
import { wallOf } from "./wall-schema.ts";

/** Adds a container to the plan. Its value has `out` and `result`, for later tasks. */
export function addContainer(
	plan: PlanBuilder,
	name: unknown,
	options: unknown,
): ContainerValue {
	plan.begin(name);
	const read = readOptions(containerSchema, options, name);
	const work = workOf(plan, name, read);
	const after = afterOf(plan, name, read, work);
	plan.add({
		name,
		work,
		after,
		join: read.join,
		retries: read.retries,
		...(read.timeout !== undefined && { timeoutMs: read.timeout }),
	});
	return new ContainerValue(plan, name, work);
}

/** What an author gets for a container. */
class ContainerValue extends TaskValue {
	readonly out: Named<OutputValue>;
	readonly result: Named<ResultRef>;

	constructor(plan: PlanBuilder, name: string, work: ContainerWork) {
		super(name, plan.refs);
		const miss =
			(kind: string, option: string) => (key: string, hint: string) =>
				new AuthorError(
					`it declares no ${kind} "${key}".${hint || ` Declare it in ${option}.`}`,
					{ task: name },
				);
		this.out = closed(
			mapValues(work.out, (_, output) => new OutputValue(this, output)),
			miss("output", "out: { … }"),
		);
		this.result = closed(
			mapValues(
				propertiesOf(work.result),
				(schema, key) =>
					new ResultRef(plan.refs, [name, "result", key], schema),
			),
			miss("result", "result: { … }"),
		);
	}
}

function workOf(
	plan: PlanBuilder,
	task: string,
	read: ReadContainer,
): ContainerWork {
	const { image, entrypoint, workdir, user, skipOn, grace } = read;
	const result = read.result && resultSchema(read.result, task);
	const params = read.params && paramsOf(read.params, read.in, task);
	const work: ContainerWork = {
		kind: "container",
		image,
		command: read.command.map((word) => plan.text(word, task)),
		...(entrypoint && { entrypoint }),
		env: mapValues(read.env, (word): Text => plan.text(word, task)),
		...(workdir !== undefined && { workdir }),
		...(user !== undefined && { user }),
		in: mapValues(
			read.in,
			(given, key): Input => plan.input(given, { task, option: `in.${key}` }),
		),
		out: outputsOf(plan, task, read.out),
		...(params && { params }),
		...(result && { result }),
		skipOn,
		graceMs: grace,
		wall: wallOf(read),
	};
	const cache = cachePolicy(read, work);
	const told = toldOf(work, { ...plan.planned, task }, read);
	const isTold = cache.kind !== "never" && Object.keys(told).length > 0;
	return { ...work, ...(isTold && { told }), cache };
}

/** What is undefined is left out, as JSON does. */
function paramsOf(
	given: Named<Json | undefined>,
	inputs: object,
	task: string,
): Named<Json> {
	const file = basename(PARAMS_FILE);
	if (Object.hasOwn(inputs, file))
		throw new AuthorError(
			`its input "${file}" would lie where it finds its params, at ${PARAMS_FILE}. Give the input another name.`,
			{ task },
		);
	return JSON.parse(JSON.stringify(given)) as Named<Json>;
}

function outputsOf(
	plan: PlanBuilder,
	task: string,
	out: Named<string>,
): Named<DataPath> {
	return mapValues(out, (text, output) => {
		const path = dataPath(text, { task, option: `out.${output}` });
		plan.claim(path, { task, output });
		return path;
	});
}

/** The tasks it names, and those it takes data from, each once. */
function afterOf(
	plan: PlanBuilder,
	task: string,
	read: ReadContainer,
	work: ContainerWork,
): TaskName[] {
	const named = read.after.map((value) =>
		plan.own(value, { task, option: "after" }),
	);
	const texts = [...work.command, ...Object.values(work.env)];
	const needed = [
		...Object.values(work.in).flatMap(tasksOfInput),
		...texts.flatMap(tasksOf),
	];
	return [...new Set([...named, ...needed])] as TaskName[];
}

function mapValues<From, To>(
	record: Named<From>,
	change: (value: From, key: string) => To,
): Record<string, To> {
	return Object.fromEntries(
		Object.entries(record).map(([key, value]) => [key, change(value, key)]),
	);
}
