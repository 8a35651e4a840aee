import { z } from "zod";
import type { FilesWork, PublicationWork } from "../model/plan.ts";
import {
	duration,
	must,
	optionsOf,
	readOptions,
	text,
} from "./option-schema.ts";
import { dataPath, globPath, insidePath } from "./paths.ts";
import type { PlanBuilder } from "./plan-builder.ts";
import { SensorValue } from "./values.ts";

const filesSchema = optionsOf(
	{
		in: text("a folder, a file or a glob below the data directory"),
		all: z
			.array(text("a file's name"), must('a list of names: ["data.csv"]'))
			.min(1, must("a list of at least one name"))
			.optional(),
		settled: duration.default(10_000),
		within: duration.optional(),
		minAge: duration.default(0),
		marker: text("a file's name, relative to the folder").optional(),
	},
	'an object: { in: "raw/2026-11-20" }',
);

const publicationSchema = optionsOf(
	{
		of: text("a published path"),
		maxAge: duration.optional(),
		within: duration.optional(),
	},
	'an object: { of: "models/production" }',
);

/** Adds a sensor for files to the plan. */
export function addFiles(
	plan: PlanBuilder,
	name: unknown,
	options: unknown,
): SensorValue {
	plan.begin(name);
	const read = readOptions(filesSchema, options, name);
	const { all, marker } = read;
	for (const file of all ?? []) insidePath(file, { task: name, option: "all" });
	if (marker !== undefined)
		insidePath(marker, { task: name, option: "marker" });
	return addSensor(plan, name, read.within, {
		kind: "files",
		in: globPath(read.in, { task: name, option: "in" }),
		...(all && { all }),
		settledMs: read.settled,
		minAgeMs: read.minAge,
		...(marker !== undefined && { marker }),
	});
}

/** Adds a sensor for a publication to the plan. */
export function addPublication(
	plan: PlanBuilder,
	name: unknown,
	options: unknown,
): SensorValue {
	plan.begin(name);
	const read = readOptions(publicationSchema, options, name);
	return addSensor(plan, name, read.within, {
		kind: "publication",
		path: dataPath(read.of, { task: name, option: "of" }),
		...(read.maxAge !== undefined && { maxAgeMs: read.maxAge }),
	});
}

function addSensor(
	plan: PlanBuilder,
	name: string,
	within: number | undefined,
	work: FilesWork | PublicationWork,
): SensorValue {
	plan.add({
		name,
		work,
		after: [],
		join: "all-succeeded",
		retries: { times: 0, backoffMs: 30_000 },
		...(within !== undefined && { timeoutMs: within }),
	});
	return new SensorValue(name, plan.refs, work.kind);
}
