import type { WriteStream } from "node:tty";
import { widthOf } from "./text-width.ts";

/**
 * A picture of some lines at the bottom of a terminal, drawn again in place. Each drawing is one write that overwrites and never clears
 * what stays, so nothing flickers. The lines must be no wider than the terminal is when they are drawn.
 */
export class Screen {
	readonly #out: WriteStream;
	/** Widths of the lines that stand there. */
	#drawn: readonly number[] = [];
	#isOpen = false;
	readonly #restore = (): void => this.end();

	constructor(out: WriteStream) {
		this.#out = out;
	}

	get size(): { readonly columns: number; readonly rows: number } {
		return {
			columns: Math.max(20, this.#out.columns || 80),
			rows: Math.max(4, this.#out.rows || 24),
		};
	}

	draw(lines: readonly Painted[]): void {
		const begin = this.#isOpen ? "" : HIDE_CURSOR;
		if (!this.#isOpen) process.once("exit", this.#restore);
		this.#isOpen = true;
		const body = lines.map(({ painted }) => `${painted}${CLEAR_RIGHT}\n`);
		const back = this.#back();
		this.#drawn = lines.map(({ text }) => widthOf(text));
		this.#out.write(
			`${SYNC_BEGIN}${begin}${back}${body.join("")}${CLEAR_BELOW}${SYNC_END}`,
		);
	}

	/** Let the picture go, write this in its place, and leave the cursor below. The next picture comes after it. */
	above(text: string): void {
		const back = this.#back();
		this.#drawn = [];
		this.#out.write(`${back}${CLEAR_BELOW}${text}\n`);
	}

	/** The cursor is as it was; the picture stays, or goes. */
	end(isToStay = false): void {
		if (!this.#isOpen) return;
		this.#isOpen = false;
		process.off("exit", this.#restore);
		const back = isToStay ? "" : `${this.#back()}${CLEAR_BELOW}`;
		this.#drawn = [];
		this.#out.write(`${back}${SHOW_CURSOR}`);
	}

	/** To the picture's first line. A terminal that became narrower has broken its lines. */
	#back(): string {
		const { columns } = this.size;
		const rows = this.#drawn.reduce(
			(sum, width) => sum + Math.max(1, Math.ceil(width / columns)),
			0,
		);
		return rows === 0 ? "\r" : `\r\u001b[${rows}A`;
	}
}

/** A line as it is written, and without what colours it. */
export interface Painted {
	readonly text: string;
	readonly painted: string;
}

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const CLEAR_RIGHT = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";
/** Terminals that know it show the drawing only when it is whole. */
const SYNC_BEGIN = "\u001b[?2026h";
const SYNC_END = "\u001b[?2026l";
