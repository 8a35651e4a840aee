import type { Json } from "../model/words.ts";
import type { Context, Source } from "./context.ts";
import {
	OUT_FLAGS,
	PLOT_FLAG,
	PLOT_FLAGS,
	STAGE_KEYS,
	UNKNOWN,
} from "./cures.ts";
import type { Definition, StageBody, Var } from "./definition.ts";
import { turnsOf } from "./loops.ts";
import type { ParamFiles } from "./param-files.ts";
import { isUrl, rooted } from "./paths.ts";
import {
	Fault,
	isObject,
	type Notes,
	type ParamPlace,
	type ParamUse,
	type Stage,
	valueAt,
} from "./stage.ts";
import { Templates } from "./template.ts";

/** Makes stages of definitions: unrolls loops, fills templates in, and notes what has no counterpart. */
export class StageReader {
	readonly #options: StageReaderOptions;

	constructor(options: StageReaderOptions) {
		this.#options = options;
	}

	read(definition: Definition, context: Context): readonly Stage[] {
		const { name, loop, line } = definition;
		this.#noteKeys(definition);
		if (loop === null) return [this.#stage(definition, name, context)];
		const place = `${this.#options.file}:${line}, stage "${name}"`;
		const over = this.#templates(context, place).value(loop.over);
		return turnsOf(loop, over, place).map(({ key, values }) =>
			this.#stage(
				definition,
				`${name}@${key}`,
				context.with({ file: null, value: values }),
			),
		);
	}

	#stage({ body, line }: Definition, name: string, outer: Context): Stage {
		const { file, folder, notes } = this.#options;
		const place = `${file}:${line}, stage "${name}"`;
		const early = this.#templates(outer, place);
		const wdir = rooted(folder, early.text(body.wdir ?? "."));
		if (wdir === null)
			throw new Fault(`${place}: its wdir leaves the repository.`);
		const context = outer.with(...this.sources(body.vars, wdir, place));
		const templates = this.#templates(context, place);
		const at = { name, wdir, templates };
		const outs = this.#outs(body, at);
		return {
			name,
			line,
			desc: body.desc ? templates.text(body.desc) : null,
			wdir,
			cmds: body.cmd.map((cmd) => templates.parts(cmd)),
			deps: body.deps.flatMap((dep) => this.#path(at, "deps", dep)),
			outs: [...new Set(outs.map(({ path }) => path))],
			metrics: outs.flatMap(({ path, kind }) =>
				kind === "metrics" && path.endsWith(".json") ? [path] : [],
			),
			params: this.#params(body, at, notes),
			isAlwaysChanged:
				body.always_changed === true ||
				(body.deps.length + body.params.length === 0 && outs.length === 0),
		};
	}

	/** The values of `vars`: files, parts of files (`file:key,key`) and values. */
	sources(
		vars: readonly Var[],
		wdir: string,
		place: string,
	): readonly Source[] {
		return vars
			.map((one): Source => {
				if (typeof one !== "string") return { file: null, value: one };
				const [path = "", keys] = one.split(":");
				const file = rooted(wdir, path);
				const value = file === null ? undefined : this.#options.files.get(file);
				if (file === null || !value)
					throw new Fault(
						`${place}: its vars name ${path}, which is not there or no YAML or JSON file of the repository.`,
					);
				return { file, value: keys ? only(value.value, keys) : value.value };
			})
			.toReversed();
	}

	#templates(context: Context, place: string): Templates {
		return new Templates(context, { place, freeze: this.#options.freeze });
	}

	#outs(body: StageBody, at: At) {
		const kinds = ["outs", "metrics", "plots"] as const;
		return kinds.flatMap((kind) =>
			body[kind].flatMap(({ path, flags }) => {
				const shown = at.templates.text(path);
				for (const [flag, value] of Object.entries(flags))
					this.#noteFlag(at.name, `${kind}.${shown}.${flag}`, flag, value);
				return this.#path(at, kind, path).map((one) => ({ path: one, kind }));
			}),
		);
	}

	#path({ name, wdir, templates }: At, key: string, text: string): string[] {
		const path = templates.text(text);
		const found = rooted(wdir, path);
		if (found !== null && (found !== "" || key === "deps")) return [found];
		const { notes } = this.#options;
		const what = isUrl(path) ? "is a URL" : "lies outside the repository";
		notes.add(
			name,
			`${key}.${path}`,
			key === "deps"
				? `${what}, so the task does not get it. Download or copy it into the data directory and add it to the task's in`
				: `${what}, so it is not published. Let the command write inside the repository`,
		);
		return [];
	}

	#params(body: StageBody, at: At, notes: Notes): readonly ParamUse[] {
		return body.params.flatMap((one): ParamUse[] => {
			if (typeof one === "string")
				return this.#use(at, "params.yaml", [one], notes);
			return Object.entries(one).flatMap(([file, names]) =>
				this.#use(
					at,
					file,
					Array.isArray(names) ? names.map(String) : [],
					notes,
				),
			);
		});
	}

	#use(
		at: At,
		path: string,
		names: readonly string[],
		notes: Notes,
	): ParamUse[] {
		const { files } = this.#options;
		const file = rooted(at.wdir, at.templates.text(path));
		const read = file === null ? null : files.get(file);
		if (file === null || !read) {
			notes.add(
				at.name,
				`params.${path}`,
				file !== null && files.isThere(file)
					? "it is no YAML or JSON file, so its values are no params of the pipeline. The task gets the whole file as an input"
					: "there is no such file, so the task does not get these params. Write them into the page",
			);
			return file !== null && files.isThere(file) ? [{ file, path: [] }] : [];
		}
		if (names.length === 0) return [{ file, path: [] }];
		return names.flatMap((name) => {
			const keys = at.templates.text(name).split(".");
			if (valueAt(read.value, keys) !== undefined)
				return [{ file, path: keys }];
			notes.add(
				at.name,
				`params.${name}`,
				`${file} has no such value, so the task does not get it`,
			);
			return [];
		});
	}

	#noteKeys({ name, body, others }: Definition): void {
		const { notes } = this.#options;
		const present = { frozen: body.frozen === true, meta: body.meta != null };
		const known = Object.entries(present).flatMap(([key, is]) =>
			is ? [key] : [],
		);
		for (const key of [...known, ...others])
			notes.add(name, key, STAGE_KEYS[key] ?? UNKNOWN);
	}

	#noteFlag(stage: string, key: string, flag: string, value: Json): void {
		const { notes } = this.#options;
		if (flag === "cache" || value === (flag === "push")) return;
		if (flag === "persist" && value !== true) return;
		const message = PLOT_FLAGS.has(flag) ? PLOT_FLAG : OUT_FLAGS[flag];
		notes.add(stage, key, message ?? UNKNOWN);
	}
}

export interface StageReaderOptions {
	/** dvc.yaml's path, for messages. */
	readonly file: string;
	/** Its folder, relative to the repository's root. */
	readonly folder: string;
	readonly files: ParamFiles;
	readonly notes: Notes;
	readonly freeze: (place: ParamPlace) => void;
}

interface At {
	readonly name: string;
	readonly wdir: string;
	readonly templates: Templates;
}

function only(value: Json, keys: string): Json {
	if (!isObject(value)) return value;
	const wanted = new Set(keys.split(",").map((key) => key.trim()));
	return Object.fromEntries(
		Object.entries(value).filter(([key]) => wanted.has(key)),
	);
}
