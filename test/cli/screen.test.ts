import { WriteStream } from "node:tty";
import { expect, test } from "vitest";
import { Screen } from "../../orchestrator/cli/follow/screen.ts";

/** As much of a terminal as a screen asks for. */
function aTerminal(columns: number) {
	const written: string[] = [];
	const out: WriteStream = Object.assign(Object.create(WriteStream.prototype), {
		columns,
		rows: 24,
		write: (text: string) => written.push(text),
	});
	return { out, written, last: () => written.at(-1) ?? "" };
}

const lines = (...texts: string[]) =>
	texts.map((text) => ({ text, painted: text }));

test("a picture is drawn in place, in one write, and the cursor comes back", () => {
	const { out, written, last } = aTerminal(40);
	const screen = new Screen(out);
	screen.draw(lines("a", "b"));
	expect(last()).toContain("\u001b[?25l");
	screen.draw(lines("c"));
	expect(written).toHaveLength(2);
	expect(last()).toContain("\u001b[2A");
	expect(last()).not.toContain("\u001b[2J");
	screen.above("a word");
	expect(last()).toContain("\u001b[1A");
	screen.draw(lines("c"));
	for (const rows of [1, 2, 3]) expect(last()).not.toContain(`\u001b[${rows}A`);
	screen.end();
	expect(last()).toContain("\u001b[?25h");
	screen.end();
	expect(written).toHaveLength(5);
});

test("a terminal that became narrower has broken the lines that stand there", () => {
	const { out, last } = aTerminal(40);
	const screen = new Screen(out);
	screen.draw(lines("x".repeat(39), "y", ""));
	out.columns = 20;
	screen.draw(lines("z"));
	expect(last()).toContain("\u001b[4A");
	screen.end();
});
