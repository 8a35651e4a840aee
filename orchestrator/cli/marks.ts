import type { TaskView } from "../api/views.ts";
import { printableLines } from "../model/quoted.ts";

/** A task's status at a glance. */
export const MARK: Record<TaskView["status"], string> = {
	waiting: "·",
	preparing: "▹",
	starting: "▸",
	running: "▸",
	publishing: "▸",
	watching: "◌",
	promoting: "▸",
	stopping: "▸",
	resting: "↻",
	succeeded: "✓",
	failed: "✗",
	skipped: "–",
	cancelled: "⊘",
};

/** In a word: that a task was unchanged says more than that it succeeded. */
export const statusWord = ({ status, unchangedSince }: TaskView): string =>
	unchangedSince === null ? status : "unchanged";

/** What happened, beside that word. */
export const besideStatus = ({
	message,
	unchangedSince,
}: TaskView): string | null =>
	unchangedSince === null
		? message && printableLines(message)
		: `since ${unchangedSince}`;
