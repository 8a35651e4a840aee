import type { Task } from "./plan.ts";
import type { Ending } from "./task-state.ts";

/** Endings that the model itself finds, in words for the person who must do something. */
export const exitedWith = (code: number): Ending => ({
	kind: "exited",
	code,
	message: `It exited with code ${code}. Its log says why.`,
});

export const tookTooLong = ({ timeoutMs }: Task): Ending => ({
	kind: "timed-out",
	message: `It ran longer than its time-out of ${inWords(timeoutMs ?? 0)} and was stopped. Give it more time ("timeout"), or make it faster.`,
});

export const watchedTooLong = (
	{ timeoutMs }: Task,
	note: string | null,
): Ending => ({
	kind: "timed-out",
	message: `What it waits for did not come within ${inWords(timeoutMs ?? 0)}${note ? ` (${note})` : ""}.`,
});

/** Such as `1 h 30 min`, `45 s`, `1.5 s`, `250 ms`. */
export function inWords(ms: number): string {
	if (ms < 1000) return `${ms} ms`;
	if (ms < 10_000) return `${Math.floor(ms / 100) / 10} s`;
	const units: readonly [number, string][] = [
		[86_400_000, "d"],
		[3_600_000, "h"],
		[60_000, "min"],
		[1000, "s"],
	];
	let left = ms;
	const parts = units.flatMap(([size, unit]) => {
		const count = Math.floor(left / size);
		left -= count * size;
		return count > 0 ? [`${count} ${unit}`] : [];
	});
	return parts.slice(0, 2).join(" ");
}
