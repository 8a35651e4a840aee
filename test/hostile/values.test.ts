import { expect, test } from "vitest";
import type { RunView } from "../../orchestrator/api/views.ts";
import { aHome } from "../rig/berth-process.ts";

/** What a task that reads a path is told, when an earlier one gave this as its result. */
async function toldWith(path: string): Promise<string> {
	const home = await aHome();
	await home.write("data/inbox/x.txt", "x");
	await home.pipeline(
		"lie",
		`const liar = tool("liar", ["result", ${JSON.stringify(JSON.stringify({ path }))}], { result: { path: z.string() } });
	tool("reader", ["say", "read it"], { in: { x: \`\${liar.result.path}\` } });`,
	);
	await home.berth("run", "lie");
	const { tasks } = await home.json<RunView>("show", "lie");
	const { status, attempts } = tasks[1] ?? {};
	return `${status}: ${attempts?.at(-1)?.ending} ${attempts?.at(-1)?.message}`;
}

test("a result that is a path is one below the data directory, or refused by name", async () => {
	expect(await toldWith("inbox/x.txt")).toMatch(/^succeeded/);
	for (const path of [
		"../../../../../../etc/passwd",
		"inbox/../../../etc/passwd",
		"/etc/passwd",
		".berth/server.json",
		"inbox/\u0000",
		"\u001b[2J",
	]) {
		const told = await toldWith(path);
		expect(told, path).toMatch(/^failed: refused /);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may get to a terminal
		expect(told, path).not.toMatch(/[\u0000-\u001f]/);
	}
});
