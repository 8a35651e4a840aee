import type { WriteStream } from "node:tty";
import type { Berth } from "../../api/berth.ts";
import type { RunView } from "../../api/views.ts";
import type { Progress } from "../progress.ts";
import { talkThrough } from "../talk.ts";
import { frameOf } from "./frame.ts";
import { Screen } from "./screen.ts";
import { Tails } from "./tails.ts";

/** A picture of the run at the bottom of a terminal, drawn again some times a second while something goes on. */
export class Live implements Progress {
	readonly #screen: Screen;
	readonly #tails = new Tails();
	readonly #timer: NodeJS.Timeout;
	readonly #silence: () => void;
	#view: RunView | null = null;
	#isOver = false;

	constructor(out: WriteStream) {
		this.#screen = new Screen(out);
		this.#timer = setInterval(() => this.#draw(), FRAME_MS);
		this.#silence = talkThrough((text) => {
			this.#screen.above(text);
			this.#draw();
		});
	}

	show(view: RunView, berth: Berth): void {
		const isFirst = this.#view === null;
		this.#view = view;
		this.#tails.follow(view, berth);
		if (isFirst) this.#draw();
	}

	/** The answer tells all that the picture told; where that goes elsewhere, the picture stays. */
	end(view: RunView | null = this.#view): void {
		if (this.#isOver) return;
		this.#isOver = true;
		clearInterval(this.#timer);
		this.#tails.end();
		this.#silence();
		this.#view = view;
		const isToStay = view?.settled !== true || !process.stdout.isTTY;
		if (isToStay) this.#draw();
		this.#screen.end(isToStay);
	}

	#draw(): void {
		if (this.#view === null) return;
		const { size } = this.#screen;
		const { lines: tails } = this.#tails;
		const now = Date.now();
		this.#screen.draw(frameOf(this.#view, { size, now, tails }));
	}
}

const FRAME_MS = 150;
