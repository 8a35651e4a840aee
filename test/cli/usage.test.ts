import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Home, openHome } from "../rig/berth-process.ts";

let home: Home;
beforeAll(async () => {
	home = await openHome();
	await home.pipeline(
		"p",
		'tool("a", ["say", "hello"]);',
		"{ params: { seed: z.int().default(1) } }",
	);
});
afterAll(() => home.close());

const ended = async (...args: string[]) => {
	const { code, stdout, stderr } = await home.berth(...args);
	return { code, stdout, stderr };
};

test("--help and --version are answers", async () => {
	const help = await ended("--help");
	expect(help).toMatchObject({ code: 0, stderr: "" });
	expect(help.stdout).toContain("run [options] <pipeline>");
	expect(await ended("--version")).toMatchObject({
		code: 0,
		stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
	});
});

describe("wrong usage exits with 2, and says what would be right", () => {
	test.concurrent.each([
		["", "Usage: berth"],
		["rnu p", "Did you mean run?"],
		["run", "missing required argument 'pipeline'"],
		["run p q", "too many arguments"],
		["run p --dat 2026-11-20", "Did you mean --date?"],
		["run p --date 2026-02-30", "Write it as YYYY-MM-DD, such as 2026-11-20."],
		["run p --date tomorrow", "Write it as YYYY-MM-DD"],
		["run p --set seed", "Write it as key=value, such as seed=7."],
		["run p --set seed=many", 'param "seed" cannot be "many"'],
		["run p --set sede=2", "sede"],
		["run pp", 'There is no pipeline "pp". There are: p.'],
		["runs --limit none", "Give a whole number"],
		["runs --status done", "Allowed choices are queued, running"],
		["doctor --moved --copied", "cannot be used with option"],
		["images build nothing", 'There is no image "nothing"'],
		["vars set", "missing required argument 'name'"],
	])("berth %s", async (line, sentence) => {
		const { code, stdout, stderr } = await ended(
			...line.split(" ").filter((word) => word !== ""),
		);
		expect(stderr).toContain(sentence);
		expect(stderr).not.toMatch(/^\s+at /m);
		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
	});
});

describe("wrong configuration exits with 2, and names the variable", () => {
	test.concurrent.each([
		[{ BERTH_RUNTIME: "podman" }, "BERTH_RUNTIME: wanted"],
		[{ BERTH_PARALLEL: "0" }, "BERTH_PARALLEL: wanted"],
		[{ BERTH_TIME_ZONE: "Mars" }, "BERTH_TIME_ZONE: wanted"],
		[{ BERTH_DATA: "/dev/null/data" }, "BERTH_DATA: the folder"],
		[{ BERTH_LISTEN: "192.0.2.1:80" }, "BERTH_LISTEN: berth cannot listen"],
	])("%o", async (env, sentence) => {
		const { code, stdout, stderr } = await home.start(["run", "p"], env).ended;
		expect(stderr).toContain(sentence);
		expect(stderr).not.toMatch(/^\s+at /m);
		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
	});
});

test("where nothing was ever run, reading says so", async () => {
	for (const words of [["runs"], ["show", "p"], ["logs", "p", "a"]]) {
		const data = home.at("empty");
		const { code, stderr } = await home.start(words, { BERTH_DATA: data })
			.ended;
		expect({ code, stderr }).toEqual({
			code: 2,
			stderr: expect.stringContaining("Nothing was ever run in"),
		});
	}
});

test.each([
	[1, "older", ["runs"]],
	[99, "newer", ["runs"]],
	[99, "newer", ["run", "p"]],
])(
	"data in format %i, of an %s berth, are a sentence to %j",
	async (format, age, args) => {
		const elsewhere = home.at(`format-${format}-${args.length}`);
		await mkdir(join(elsewhere, ".berth"), { recursive: true });
		const database = new Sqlite(join(elsewhere, ".berth/berth.db"));
		database.pragma(`user_version = ${format}`);
		database.close();
		const env = { BERTH_DATA: elsewhere };
		const { code, stderr } = await home.start(args, env).ended;
		expect(code).toBe(1);
		expect(stderr).toContain(
			`written by a${age === "older" ? "n" : ""} ${age} berth`,
		);
		expect(stderr).not.toContain("    at ");
	},
);

test.each([[["runs"]], [["run", "p"]]])(
	"a damaged database is a sentence to %j",
	async (args) => {
		const elsewhere = home.at(`damaged-${args.length}`);
		await mkdir(join(elsewhere, ".berth"), { recursive: true });
		await writeFile(
			join(elsewhere, ".berth/berth.db"),
			"no database ".repeat(99),
		);
		const { code, stderr } = await home.start(args, { BERTH_DATA: elsewhere })
			.ended;
		expect(code).toBe(1);
		expect(stderr).toContain("restore a backup");
		expect(stderr).not.toContain("    at ");
	},
);

test("init writes a folder that check likes; doctor says what is here", async () => {
	const init = await ended("init", "mine");
	expect(init).toMatchObject({ code: 0, stderr: "" });
	expect(init.stdout).toContain("hello.ts");
	const mine = { BERTH_PIPELINES: home.at("mine") };
	expect(await home.start(["check"], mine).ended).toMatchObject({
		code: 0,
		stdout: "1 file checked: nothing is wrong.\n",
	});
	expect(await ended("init", "mine/hello.ts")).toMatchObject({ code: 1 });
	const doctor = await home.json<{ what: string }[]>("doctor");
	expect(doctor.map(({ what }) => what)).toEqual(
		expect.arrayContaining(["node", "engine", "data", "images", "server"]),
	);
	const lost = { BERTH_PIPELINES: home.at("nowhere") };
	expect(await home.start(["doctor"], lost).ended).toMatchObject({
		code: 1,
		stdout: expect.stringContaining("✗ There is no pipelines folder"),
	});
});

test("check names file, task and cure, and pipelines lists what works", async () => {
	const bad = { BERTH_PIPELINES: home.at("bad") };
	await home.write("bad/broken.ts", "export default (;");
	await home.write(
		"bad/twice.ts",
		'import { pipeline } from "berth";\nexport default pipeline("twice", {}, ({ container }) => {\n\tcontainer("a", { image: "tol" });\n});',
	);
	const check = await home.start(["check", "--json"], bad).ended;
	expect(check.code).toBe(1);
	expect(JSON.parse(check.stdout)).toMatchObject([
		{ severity: "error", file: "broken.ts", task: null },
		{
			severity: "error",
			file: "twice.ts",
			task: "a",
			message: expect.stringContaining('unknown image "tol"'),
		},
	]);
	const list = await home.start(["pipelines", "--json"], bad).ended;
	expect(JSON.parse(list.stdout)).toMatchObject([
		{ name: "broken.ts", problem: expect.stringContaining("broken.ts") },
		{ name: "twice", problem: null, schedule: null, file: "twice.ts" },
	]);
	const words = await home.start(["pipelines"], bad).ended;
	expect(words).toMatchObject({
		code: 0,
		stdout: expect.stringContaining("broken.ts (broken)"),
	});
});
