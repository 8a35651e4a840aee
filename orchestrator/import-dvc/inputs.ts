import { posix } from "node:path";
import { isWithin, nameFor } from "./paths.ts";
import type { TaskInput, TaskOutput } from "./task.ts";

/** The inputs of one task, each with a name of its own. */
export class Inputs {
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
