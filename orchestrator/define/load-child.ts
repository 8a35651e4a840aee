/** The short-lived process that loads pipelines: they are foreign code, and whatever they do, they do it here. */
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { dayOf } from "../model/schedule.ts";
import { AuthorError } from "./author-error.ts";
import { configOf } from "./config/config-of.ts";
import { explain } from "./explain.ts";
import { makePlan } from "./make-plan.ts";
import { watchOutside } from "./outside.ts";
import { paramsSchema } from "./params.ts";
import { Pipeline } from "./pipeline.ts";
import type { Entry, PlanProblem, PlanRequest } from "./port.ts";
import type { Ask, Tell } from "./protocol.ts";
import { resolveBerth } from "./resolve-berth.ts";

Error.stackTraceLimit = 50;
const tell = takeChannel();
process.once("message", (ask) => void answer(ask as Ask));

async function answer(ask: Ask): Promise<void> {
	const outside = watchOutside();
	resolveBerth(ask.folder, outside.note);
	const first = ask.plan ? [ask.plan.file] : [];
	for (const file of new Set([...first, ...ask.files])) {
		tell({ type: "loading", file });
		if (ask.files.includes(file))
			tell({ type: "entry", entry: await describe(ask, file) });
		if (ask.plan?.file !== file) continue;
		const made = await plan(ask, file, ask.plan.request);
		const isRepeatable = !outside.wasAsked;
		tell({ type: "planned", file, plan: made, isRepeatable });
	}
	// It is killed once it is done, and the next one should start faster.
	flushCompileCache();
	tell({ type: "done" });
}

async function describe(ask: Ask, file: string): Promise<Entry> {
	const { folder, zone } = ask;
	try {
		return await guarded(ask, file, async () => {
			const pipeline = await load(folder, file);
			const schedule = pipeline.schedule(zone);
			const config = await configOf(folder, file);
			return {
				kind: "pipeline",
				file,
				name: pipeline.name,
				schedule,
				zone: schedule?.zone ?? zone,
				params: paramsSchema(pipeline.params),
				groups: config?.groups ?? {},
			};
		});
	} catch (error) {
		const name = error instanceof AuthorError ? error.pipeline : null;
		return {
			kind: "broken",
			file,
			name,
			message: explain(error, folder, file),
		};
	}
}

async function plan(ask: Ask, file: string, request: PlanRequest) {
	const { folder, zone } = ask;
	try {
		return await guarded(ask, file, async () => {
			const pipeline = await load(folder, file);
			const ds = dayOf(request.ds, pipeline.schedule(zone)?.zone ?? zone);
			if (pipeline.name === request.pipeline)
				return makePlan(pipeline, {
					...request,
					ds,
					config: await configOf(folder, file),
				});
			throw new AuthorError(
				`it defines the pipeline "${pipeline.name}" now, and not "${request.pipeline}". Ask again.`,
			);
		});
	} catch (error) {
		const missing = error instanceof AuthorError ? error.missing : null;
		return {
			kind: "problem",
			reason: "invalid",
			message: explain(error, folder, file),
			...(missing !== null && { missing }),
		} satisfies PlanProblem;
	}
}

async function load(folder: string, file: string): Promise<Pipeline> {
	const module: { default?: unknown } = await import(
		pathToFileURL(join(folder, file)).href
	);
	if (module.default instanceof Pipeline) return module.default;
	throw new AuthorError(
		'it exports no pipeline. Write "export default pipeline(…)", or begin its name with "_" if it is a helper.',
	);
}

/** The work's end, or the first error that the file raised behind its back: a timer's, or a promise's that nobody awaits. */
async function guarded<T>(
	{ folder, files }: Ask,
	file: string,
	work: () => Promise<T>,
): Promise<T> {
	const others = files
		.filter((other) => other !== file)
		.map((other) => `${pathToFileURL(join(folder, other)).href}:`);
	const { promise: behind, reject } = Promise.withResolvers<never>();
	const blame = (error: unknown) => {
		const stack = error instanceof Error ? (error.stack ?? "") : "";
		// A timer of a file that was loaded before is no fault of this one.
		if (!others.some((other) => stack.includes(other))) reject(error);
	};
	process.on("uncaughtException", blame);
	try {
		const finished = work().then((value) => setImmediate(value));
		return await Promise.race([finished, behind]);
	} finally {
		process.off("uncaughtException", blame);
	}
}

/** The channel to berth, out of the files' reach; and the process's end, too. */
function takeChannel(): (message: Tell) => void {
	const send = process.send?.bind(process);
	if (!send) throw new Error("load-child.ts is started by loading-process.ts.");
	const gone = process.exit.bind(process);
	process.on("disconnect", () => gone(0));
	process.on("uncaughtException", () => undefined);
	Object.assign(process, { send: undefined, disconnect: undefined });
	process.exit = () => {
		throw new AuthorError(
			"it calls process.exit(), which would end more than the file. Remove that call; throw an Error to say that something is wrong.",
		);
	};
	return (message) => void send(message);
}
