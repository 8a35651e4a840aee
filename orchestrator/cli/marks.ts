import type { TaskView } from "../api/views.ts";

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
