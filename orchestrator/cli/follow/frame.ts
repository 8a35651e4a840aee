import { styleText } from "node:util";
import type { RunView, TaskView } from "../../api/views.ts";
import { inWords } from "../../model/messages.ts";
import { besideStatus, MARK, statusWord } from "../marks.ts";
import { tookMs } from "../took.ts";
import { choose, isActive } from "./choose.ts";
import { layersOf } from "./layers.ts";
import type { Painted } from "./screen.ts";
import { cutTo, widthOf } from "./text-width.ts";

/** The run as lines that fit the terminal: a head with counts, the tasks as they follow each other, and below the active ones what they wrote last. */
export function frameOf(view: RunView, world: World): Painted[] {
	const { columns, rows } = world.size;
	const shown = choose(view.tasks, rows - 3);
	const room = rows - 3 - shown.length;
	const tails = shareRoom(shown, room, world.tails);
	const depths = layersOf(view.tasks);
	const name = nameWidth(shown, depths, columns);
	const lines = shown.flatMap((task, index) => [
		taskLine(task, {
			depth: depths.get(task.name) ?? 0,
			name,
			isNext: follows(task, shown[index - 1]),
			...world,
		}),
		...(tails.get(task.name) ?? []).map((text) =>
			line(`    │ ${text}`, columns, "dim"),
		),
	]);
	const hidden = view.tasks.length - shown.length;
	return [
		headLine(view, world),
		...lines,
		...(hidden > 0 ? [line(`… and ${hidden} more`, columns, "dim")] : []),
	];
}

export interface World {
	readonly size: { readonly columns: number; readonly rows: number };
	readonly now: number;
	/** The last lines that each task wrote, by its name. */
	readonly tails: ReadonlyMap<string, readonly string[]>;
}

function headLine(view: RunView, { size, now }: World): Painted {
	const counts = Map.groupBy(view.tasks, ({ status }) => MARK[status]);
	const sums = [...counts].map(([mark, { length }]) => `${mark} ${length}`);
	const took = tookMs(view, now);
	const head = [
		view.status,
		...(took === null ? [] : [clock(took)]),
		`${sums.join("  ")}  of ${view.tasks.length}`,
	];
	return line(head.join("  "), size.columns, "bold");
}

function taskLine(
	task: TaskView,
	at: World & Readonly<{ depth: number; name: number; isNext: boolean }>,
): Painted {
	const { status, next, attempts, after } = task;
	const message = besideStatus(task);
	const mark = `${"  ".repeat(indentOf(at.depth))}${MARK[status]} `;
	const left = Math.max(1, at.name - widthOf(mark));
	const label = cutTo(task.name, left);
	const pad = " ".repeat(Math.max(0, left - widthOf(label)));
	const last = attempts.at(-1);
	const took = last ? tookMs(last, at.now) : null;
	const words = [
		statusWord(task).padEnd(10),
		(took === null ? "" : clock(took)).padStart(8),
		...(attempts.length > 1 ? [`(attempt ${attempts.length})`] : []),
		...(status === "resting" && next !== null ? [next] : []), // the first thing to know, where not all has room
		...(message === null ? [] : [message]),
		...(at.isNext || after.length === 0 ? [] : [`← ${after.join(", ")}`]),
	];
	const rest = `  ${words.join("  ")}`.trimEnd();
	return line(`${mark}${label}${pad}${rest}`, at.size.columns, STYLE[status]);
}

/** The line above says already what it waits for. */
const follows = (task: TaskView, above: TaskView | undefined): boolean =>
	task.after.length === 1 && task.after[0] === above?.name;

const MOST_INDENT = 6;
const indentOf = (depth: number): number => Math.min(depth, MOST_INDENT);

function nameWidth(
	shown: readonly TaskView[],
	depths: ReadonlyMap<string, number>,
	columns: number,
): number {
	const widths = shown.map(
		({ name }) => 2 * indentOf(depths.get(name) ?? 0) + 2 + widthOf(name),
	);
	return Math.min(Math.max(...widths, 0), Math.floor(columns / 2));
}

/** What is left of the terminal's rows goes to the active tasks in equal parts, at most five lines each. */
function shareRoom(
	shown: readonly TaskView[],
	room: number,
	tails: World["tails"],
): ReadonlyMap<string, readonly string[]> {
	const talking = shown.filter(
		(task) => isActive(task) && (tails.get(task.name)?.length ?? 0) > 0,
	);
	const each = Math.min(5, Math.floor(room / Math.max(1, talking.length)));
	if (each < 1) return new Map();
	return new Map(
		talking.map(({ name }) => [name, (tails.get(name) ?? []).slice(-each)]),
	);
}

type Style = Parameters<typeof styleText>[0];

function line(text: string, columns: number, style: Style | null): Painted {
	const fitting = cutTo(text, columns - 1);
	const painted =
		style === null
			? fitting
			: styleText(style, fitting, { stream: process.stderr });
	return { text: fitting, painted };
}

const STYLE: Record<TaskView["status"], Style | null> = {
	waiting: "dim",
	preparing: "cyan",
	starting: "cyan",
	running: "cyan",
	publishing: "cyan",
	watching: "yellow",
	promoting: "cyan",
	stopping: "yellow",
	resting: "yellow",
	succeeded: "green",
	failed: "red",
	skipped: "dim",
	cancelled: "dim",
};

/** Steady while it counts: tenths below ten seconds, then whole seconds. */
const clock = (ms: number): string =>
	ms < 10_000
		? `${(ms / 1000).toFixed(1)} s`
		: inWords(Math.floor(ms / 1000) * 1000);
