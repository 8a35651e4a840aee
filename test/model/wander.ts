import type { Observation } from "../../orchestrator/model/events.ts";
import { isSettled } from "../../orchestrator/model/status.ts";
import { check } from "./explore.ts";
import { died, type Step, take, wakes } from "./step.ts";
import { cancel, steps } from "./steps.ts";
import { turn, type World } from "./world.ts";

/**
 * Goes where chance leads, holding every law on the way, until the run is settled. Now and then the mail waits: several
 * observations are folded in one turn, or are lost because the orchestrator dies.
 */
export function wander(from: World, luck: Luck): World {
	let world = from;
	let mail: readonly Observation[] = [];
	for (let left = PATIENCE; left > 0; left--) {
		if (mail.length === 0) check(world);
		if (mail.length === 0 && isSettled(world.run)) return world;
		const step = luck.pick(possible(world, mail, luck));
		const heard = step?.heard ?? "turn";
		const after = step?.world ?? world;
		if (typeof heard === "object" && luck.chance(3)) {
			mail = [...mail, heard];
			world = after;
			continue;
		}
		if (heard === "quiet") {
			world = after;
			continue;
		}
		const isLost = heard === "died";
		const news = typeof heard === "object" ? [...mail, heard] : mail;
		world = isLost ? take(died(after)) : turn(after, news);
		mail = [];
	}
	throw new Error(`The run does not end: ${JSON.stringify(world.run.tasks)}`);
}

const PATIENCE = 20_000;

/** What may happen while this mail waits. A command that has been answered is not answered again. */
function possible(
	world: World,
	mail: readonly Observation[],
	luck: Luck,
): readonly Step[] {
	const isNews = ({ heard }: Step): boolean =>
		typeof heard !== "object" ||
		!mail.some((one) => taskOf(one) === taskOf(heard));
	const now = mail.length > 0 ? [wakes(world)] : [];
	const often = [...steps(world), ...now].filter(isNews);
	const wish = luck.chance(40) ? [cancel(world), died(world)] : [];
	return [...often, ...wish.filter(isNews)];
}

const taskOf = (one: Observation): string => ("task" in one ? one.task : "");

/** Chance that fast-check can repeat and shrink. Once it has run out of numbers, it goes on with its own. */
export class Luck {
	readonly #numbers: number[];
	#own = 1;

	constructor(numbers: readonly number[]) {
		this.#numbers = [...numbers].reverse();
	}

	pick<Item>(items: readonly Item[]): Item | undefined {
		return items[this.#next() % items.length];
	}

	/** Once in so many times. */
	chance(times: number): boolean {
		return this.#next() % times === times - 1;
	}

	// A linear congruential generator, of which the higher bits are used.
	#next(): number {
		this.#own = (Math.imul(this.#own, 1_103_515_245) + 12_345) >>> 0;
		return this.#numbers.pop() ?? this.#own >>> 8;
	}
}
