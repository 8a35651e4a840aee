import { execFileSync } from "node:child_process";
import { expect, onTestFinished, test } from "vitest";
import type { WhyView } from "../../orchestrator/api/explaining.ts";
import type { RunView } from "../../orchestrator/api/views.ts";
import { aHome, type Home } from "../rig/berth-process.ts";
import { describeWithEngine } from "../rig/engine.ts";

const FIRST = `rebuilt-first-${process.pid}`;
const SECOND = `rebuilt-second-${process.pid}`;

/** `first` writes what its image says, `second` copies it, each in an image of its own. */
async function aHomeOfTwo(): Promise<Home> {
	const home = await aHome({ BERTH_RUNTIME: "docker" });
	await dependency(home, "1");
	await image(home, FIRST, 'cat /dependency/value > "$BERTH_OUT/o/value"');
	await image(home, SECOND, 'cp "$BERTH_IN/o/value" "$BERTH_OUT/o/copy"');
	await home.write(
		"pipelines/p.ts",
		`import { pipeline } from "berth";
export default pipeline("p", {}, ({ container }) => {
	const first = container("first", { image: ${JSON.stringify(FIRST)}, out: { o: "p/first" } });
	container("second", { image: ${JSON.stringify(SECOND)}, in: { o: first.out.o }, out: { o: "p/second" } });
});
`,
	);
	onTestFinished(() => {
		for (const name of [FIRST, SECOND])
			execFileSync("docker", ["rmi", "-f", `berth/${name}`], { stdio: "pipe" });
	});
	return home;
}

async function image(home: Home, name: string, script: string): Promise<void> {
	const at = (file: string): string => `images/${name}/${file}`;
	await home.write(at("package.json"), `{"name":"${name}"}`);
	await home.write(at(".dockerignore"), "README.md\n");
	await home.write(at("README.md"), "one\n");
	await home.write(at("main.sh"), script);
	await home.write(
		at("Dockerfile"),
		'FROM node:24-bookworm-slim\nCOPY . /dependency\nENTRYPOINT ["sh", "/dependency/main.sh"]\n',
	);
}

/** What the image of `first` depends on, besides its program; `unused` goes into no output. */
async function dependency(
	home: Home,
	value: string,
	unused = "",
): Promise<void> {
	await home.write(`images/${FIRST}/value`, value);
	await home.write(`images/${FIRST}/unused`, unused);
}

/** Task → whether it ran in a container. */
async function ran(home: Home): Promise<Record<string, boolean>> {
	const { tasks, status } = await home.json<RunView>("run", "p");
	expect(status).toBe("succeeded");
	return Object.fromEntries(
		tasks.map(({ name, attempts }) => [
			name,
			attempts.some(({ startedAt }) => startedAt !== null),
		]),
	);
}

describeWithEngine("an image that is built again", () => {
	test("runs only its own tasks, and what their outputs change; with files that the build ignores, nothing", async () => {
		const home = await aHomeOfTwo();
		expect(await ran(home)).toEqual({ first: true, second: true });
		expect(await ran(home)).toEqual({ first: false, second: false });

		await home.write(`images/${FIRST}/README.md`, "another\n");
		await home.berth("images", "build");
		expect(await ran(home)).toEqual({ first: false, second: false });

		await dependency(home, "1", "another");
		await home.berth("images", "build");
		expect(await ran(home)).toEqual({ first: true, second: false });
		const why = await home.json<WhyView>("why", "p", "first");
		expect(why.differences.map(({ sentence }) => sentence)).toEqual([
			expect.stringMatching(
				new RegExp(
					`^image ${FIRST} has changed \\(key [0-9a-f]{8}… → [0-9a-f]{8}…\\)$`,
				),
			),
		]);

		await dependency(home, "2", "another");
		await home.berth("images", "build");
		expect(await ran(home)).toEqual({ first: true, second: true });

		// What it was built from before gives what it gave before.
		await dependency(home, "1");
		await home.berth("images", "build");
		expect(await ran(home)).toEqual({ first: false, second: false });
	});
});
