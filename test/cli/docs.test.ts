import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { program } from "../../orchestrator/cli/program.ts";

const page = readFileSync(
	join(import.meta.dirname, "../../docs/cli.md"),
	"utf8",
);

/** Every command that does something, with its full name. */
const leaves = (command: Command, before: string): [string, Command][] => {
	const name = `${before} ${command.name()}`.trim();
	const below = command.commands.flatMap((one) => leaves(one, name));
	return below.length > 0 && command.name() !== "vars"
		? below
		: [[name, command], ...below];
};
const commands = leaves(program(), "");

/** The command's part of the page. */
function chapterOf(name: string): string {
	const heading = name.split(" ").slice(0, 2).join(" ");
	const begin = page.search(new RegExp(`^### \`${heading}[ \`]`, "m"));
	expect(begin, `docs/cli.md has no chapter on "${heading}"`).toBeGreaterThan(
		0,
	);
	const end = page.slice(begin + 3).search(/^#{2,3} /m);
	return end < 0 ? page.slice(begin) : page.slice(begin, begin + 3 + end);
}

test("there are commands", () => expect(commands.length).toBeGreaterThan(14));

test.each(commands)(
	"docs/cli.md tells of %s, with an example",
	(name, command) => {
		const chapter = chapterOf(name);
		expect(chapter).toContain(name);
		for (const { long, short } of command.options)
			for (const flag of [long, short])
				if (flag) expect(chapter).toContain(flag);
		if (name !== "berth up") expect(chapter).toMatch(/```sh\n[^`]*berth /);
	},
);

test("docs/cli.md tells of no command or option that there is not", () => {
	const flags = commands.flatMap(([, { options }]) =>
		options.map(({ long }) => long),
	);
	const known = new Set([...flags, "--help", "--version"]);
	const told = page.match(/(?<=[\s`])--[a-z]+(?:-[a-z]+)*/g) ?? [];
	expect(told.filter((flag) => !known.has(flag))).toEqual([]);
	const headings = [...page.matchAll(/^### `berth (\w+)/gm)].map(
		([, word]) => word,
	);
	const words = new Set(commands.map(([name]) => name.split(" ")[1]));
	expect(new Set(headings)).toEqual(words);
});
