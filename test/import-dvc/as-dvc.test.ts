import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { imported, planned, type Repo } from "./rig.ts";

const fixtures = join(import.meta.dirname, "../fixtures/dvc");

function repoIn(folder: string, inner = ""): Repo {
	const at = join(folder, inner);
	const entries = readdirSync(at).map((name) => {
		const path = join(inner, name);
		return statSync(join(folder, path)).isDirectory()
			? repoIn(folder, path)
			: { [path]: readFileSync(join(folder, path), "utf8") };
	});
	return Object.assign({}, ...entries);
}

interface Resolved {
	readonly cmd: string | readonly string[];
	readonly wdir?: string;
	readonly deps?: readonly string[];
	readonly outs?: readonly (string | object)[];
	readonly metrics?: readonly (string | object)[];
	readonly plots?: readonly (string | object)[];
}

const pathsOf = (list: readonly (string | object)[] = [], wdir = ".") =>
	list.map((one) =>
		join(wdir, typeof one === "string" ? one : (Object.keys(one)[0] ?? "")),
	);

/** The words of a task's script: `{ in: [places], out: [places], run: [commands] }`. */
function wordsOf(command: readonly unknown[]) {
	const end = command.indexOf("run");
	const places = (verb: string) =>
		command
			.slice(0, end)
			.flatMap((word, index) =>
				index % 3 === 0 && word === verb ? [command[index + 1]] : [],
			);
	return {
		in: places("in"),
		out: places("out"),
		run: command.slice(end + 1),
	};
}

describe.each(["get-started", "loops", "segmentation"])(
	"what DVC itself makes of %s",
	(name) => {
		const repo = repoIn(join(fixtures, name));
		const resolved: Readonly<Record<string, Resolved>> = JSON.parse(
			repo["resolved.json"] ?? "",
		);

		test("is what its tasks run: the same stages with the same commands, deps and outs", async () => {
			const { tasks } = imported(repo);
			const { tasks: planTasks } = await planned(repo);
			expect(new Set(tasks.map(({ stage }) => stage))).toEqual(
				new Set(Object.keys(resolved)),
			);
			for (const { stage, task } of tasks) {
				const { cmd, wdir, deps, outs, metrics, plots } = resolved[stage] ?? {
					cmd: [],
				};
				const work = planTasks.find((one) => one.name === task)?.work;
				if (work?.kind !== "container") throw new Error(`no task ${task}`);
				const words = wordsOf(work.command);
				expect(words.run).toEqual([cmd].flat());
				const wanted = pathsOf(deps, wdir);
				if (!wanted.includes("models"))
					expect(new Set(words.in), stage).toEqual(new Set(wanted));
				expect(new Set(words.out), stage).toEqual(
					new Set(
						[outs, metrics, plots].flatMap((list) => pathsOf(list, wdir)),
					),
				);
			}
		});
	},
);
