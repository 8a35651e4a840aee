import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { RunView, TaskView } from "../../orchestrator/api/views.ts";
import type { Going, Home } from "../rig/berth-process.ts";
import { docker } from "../runtimes/docker/docker-rig.ts";
import type { Family, HostileTask } from "./hostile-task.ts";

/** What became of the tasks of a family: as their user reads it. */
export interface Outcome {
	readonly task: (name: string) => TaskView;
	/** Both streams of its log. */
	readonly log: (name: string) => Promise<string>;
	/** The most memory that `berth run` took. */
	readonly peakBytes: number;
}

/** All of a family as one run of the real command line, from its beginning to its end. */
export async function runFamily(home: Home, family: Family): Promise<Outcome> {
	await home.write(
		`pipelines/${family.name}.ts`,
		pipelineOf(family, home.at("data")),
	);
	const going = home.start(["run", family.name]);
	const peak = peakOf(going);
	const { stderr } = await going.ended;
	const run = await home.json<RunView>("show", family.name);
	return {
		task: (name) => {
			const task = run.tasks.find((one) => one.name === name);
			if (!task) throw new Error(`There was no task "${name}": ${stderr}`);
			return task;
		},
		log: async (name) => {
			const log = await home.berth("logs", family.name, name);
			return log.stdout + log.stderr;
		},
		peakBytes: await peak,
	};
}

/** The most memory that a process took until it ended, as far as one sees who looks often. */
async function peakOf({ pid, ended }: Going): Promise<number> {
	let most = 0;
	const look = setInterval(() => {
		try {
			const status = readFileSync(`/proc/${pid}/status`, "utf8");
			const [, kib] = /VmHWM:\s*(\d+) kB/.exec(status) ?? [];
			most = Math.max(most, Number(kib ?? 0) * 1024);
		} catch {} // it has ended
	}, 100);
	await ended;
	clearInterval(look);
	return most;
}

const pipelineOf = ({ name, tasks }: Family, data: string): string =>
	`import { pipeline, z } from "berth";
export default pipeline("${name}", {}, ({ container }) => {
	void z;
	const victim = container("victim", {
		image: "${IMAGE}",
		command: ["sh", "-c", "echo precious > /out/it/data"],
		out: { it: "${name}/victim" },
	});
${tasks.map((task) => `	${sourceOf(name, task, data)}`).join("\n")}
});
`;

const sourceOf = (
	family: string,
	{ name, script, options = "" }: HostileTask,
	data: string,
): string =>
	`container("${name}", { image: "${IMAGE}", pull: "never", command: ["sh", "-c", ${JSON.stringify(script)}], env: { HOST_DATA: "${data}" }, in: { victim: victim.out.it }, out: { it: "${family}/${name}" }, memory: "256m", timeout: "60s", grace: "1s", ${options} });`;

const IMAGE = "node:24-bookworm-slim";

/** A sentence in which `…` stands for anything. */
export const pattern = (words: string): RegExp =>
	new RegExp(
		words
			.split("…")
			.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
			.join("[^]*"),
	);

/** Containers that a home's runs left on the engine. */
export async function leftOf(home: Home): Promise<string> {
	const instance = await readFile(home.at("data/.berth/instance"), "utf8");
	const filter = `label=dev.berth.instance=${instance.trim()}`;
	return docker("ps", "-a", "--filter", filter, "--format", "{{.Names}}");
}
