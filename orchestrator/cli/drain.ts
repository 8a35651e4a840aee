import type { UnderWay } from "../engine/under-way.ts";
import { few } from "../model/few.ts";

/** Says what is still waited for, whenever that has changed. */
export function sayWhatIsLeft(
	say: (text: string) => void,
): (left: readonly UnderWay[]) => void {
	let told = "";
	return (left) => {
		const names = left.map(({ run, task }) => `${run}/${task}`).join();
		if (names === told) return;
		told = names;
		if (left.length > 0) say(sentence(left));
	};
}

function sentence(left: readonly UnderWay[]): string {
	return `Waiting for ${left.length === 1 ? "one task" : `${left.length} tasks`}: ${few(left.map(words), 5)}. Nothing new is begun; another signal stops the waiting, and containers go on.`;
}

const words = ({ run, task, do: verb }: UnderWay): string =>
	`"${task}" of ${run} (${state(verb)})`;

function state(verb: UnderWay["do"]): string {
	switch (verb) {
		case "prepare":
		case "watch":
		case "promote":
			return "not begun";
		case "launch":
			return "starting";
		case "wait":
			return "running";
		case "publish":
			return "publishing";
		case "stop":
			return "stopping";
		case "release":
			return "cleaning up";
	}
}
