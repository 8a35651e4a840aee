import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { aHome } from "../rig/berth-process.ts";

/** Clears the screen, turns the text around, sets the clipboard, and begins a line. */
const HOSTILE = "\u001b[2J\u202e\u009b\u001b]52;c;aGk=\u0007\ndone";

test("no result and no name of a file from outside does anything to the terminal that shows it", async () => {
	const home = await aHome();
	const result = { [`${HOSTILE}_loss`]: 1, said: HOSTILE };
	await home.write("data/inbox/a.csv", "1");
	await home.pipeline(
		"p",
		`const read = tool("read", ["write", "m"], { in: { all: "inbox" }, out: { m: "m" } });
	tool("says", ["result", ${JSON.stringify(JSON.stringify(result))}], { in: { m: read.out.m }, out: {} });`,
	);
	await home.berth("run", "p");
	await writeFile(home.at(`data/inbox/${HOSTILE}.csv`), "2");
	await home.berth("run", "p");
	const shown = await Promise.all(
		[
			["show", "p"],
			["diff", "p", "p"],
			["history", "m"],
			["why", "p", "read"],
			["status", "p"],
			["lineage", "m"],
		].map((words) => home.berth(...words)),
	);
	const all = shown.map(({ stdout, stderr }) => stdout + stderr).join("");
	expect(all).toContain("\\u{1b}[2J\\u{202e}");
	expect(all).toContain("_loss=1");
	expect(all).not.toMatch(/[^\P{C}\n]/u);
	expect(all).not.toMatch(/^done/m);
});
