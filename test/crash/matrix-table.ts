import { ENDINGS } from "./endings.ts";
import type { Place, Verdict } from "./matrix.ts";
import { type Row, titleOf } from "./rows.ts";

/** What came of each cell that was tried. */
export class Matrix {
	readonly #rows = new Map<Row, Map<string, Verdict>>();

	set({ row, ending }: Place, verdict: Verdict): void {
		const verdicts = this.#rows.get(row) ?? new Map<string, Verdict>();
		this.#rows.set(row, verdicts.set(ending, verdict));
	}

	count(kind: Verdict["kind"]): number {
		return [...this.#rows.values()]
			.flatMap((verdicts) => [...verdicts.values()])
			.filter((verdict) => verdict.kind === kind).length;
	}

	/** Boundaries × endings in Markdown, readable as it is; the rows in this order. */
	table(order: readonly Row[]): string {
		const head = ["killed", ...ENDINGS];
		const lines = order
			.filter((row) => this.#rows.has(row))
			.map((row) => [
				titleOf(row),
				...ENDINGS.map((ending) => mark(this.#rows.get(row)?.get(ending))),
			]);
		const widths = head.map((_, column) =>
			Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0)),
		);
		const written = (line: readonly string[]): string =>
			`| ${line.map((text, at) => text.padEnd(widths[at] ?? 0)).join(" | ")} |`;
		const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
		return [written(head), rule, ...lines.map(written)].join("\n");
	}
}

function mark(verdict: Verdict | undefined): string {
	switch (verdict?.kind) {
		case undefined:
			return "–";
		case "ok":
			return "ok";
		case "missed":
			return "·";
		case "broken":
			return "BROKEN";
	}
}
