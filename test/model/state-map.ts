import { isSettled } from "../../orchestrator/model/status.ts";
import type { World } from "./world.ts";
import { keyOf } from "./world-key.ts";

/** Which worlds have been reached, and from where. */
export class StateMap {
	readonly #ids = new Map<string, number>();
	readonly #worlds: World[] = [];
	/** For each world, those from which one step leads to it. */
	readonly #back: number[][] = [];
	#visited = 0;

	/** `from` is null for a beginning, and for what only a person's wish leads to: an end must be reached without. */
	reach(world: World, from: number | null): void {
		const key = keyOf(world);
		const id = this.#ids.get(key) ?? this.#add(key, world);
		if (from !== null) this.#back[id]?.push(from);
	}

	/** One that has not been visited. */
	next(): { readonly id: number; readonly world: World } | null {
		const id = this.#visited;
		const world = this.#worlds[id];
		if (!world) return null;
		this.#visited += 1;
		return { id, world };
	}

	get size(): number {
		return this.#worlds.length;
	}

	ends(): number[] {
		return [...this.#worlds.keys()].filter((id) => {
			const world = this.#worlds[id];
			return world !== undefined && isSettled(world.run);
		});
	}

	/** One from which no path leads to an end. */
	withoutEnd(): World | null {
		const todo = this.ends();
		const good = new Set(todo);
		for (let id = todo.pop(); id !== undefined; id = todo.pop())
			for (const from of this.#back[id] ?? [])
				if (!good.has(from)) {
					good.add(from);
					todo.push(from);
				}
		return this.#worlds.find((_, id) => !good.has(id)) ?? null;
	}

	#add(key: string, world: World): number {
		const id = this.#worlds.push(world) - 1;
		this.#ids.set(key, id);
		this.#back.push([]);
		return id;
	}
}
