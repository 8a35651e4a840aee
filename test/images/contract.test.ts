import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { IN_FOLDER, OUT_FOLDER, TASK_ENV } from "../../shared/task-contract.ts";
import { aFolder, binOf, imageFolder, runImage } from "./run-image.ts";

const images = ["generator", "preprocessor", "trainer", "predictor"];

describe.each(images)("%s", (image) => {
	const read = (file: string) =>
		readFileSync(join(imageFolder(image), file), "utf8");
	const sources = readdirSync(imageFolder(image)).filter((file) =>
		file.endsWith(".ts"),
	);

	test("its bin is what its container runs", () => {
		expect(read("Dockerfile")).toContain(
			`\nENTRYPOINT ["node", "/app/${binOf(image)}"]\n`,
		);
	});

	test("its Dockerfile needs no BuildKit and ends as an ordinary user", () => {
		const dockerfile = read("Dockerfile");
		expect(dockerfile).toMatch(/^FROM node:24-bookworm-slim\n/);
		expect(dockerfile).toContain("\nUSER 1000:1000\n");
		expect(dockerfile).toContain("npm ci --omit=dev");
		expect(dockerfile).not.toMatch(/--mount|<<|# syntax|--chmod/);
	});

	test("it knows the folders and variables of the contract, and no others", () => {
		const names = sources.flatMap(
			(file) => read(file).match(/BERTH_[A-Z]+/g) ?? [],
		);
		for (const name of names) expect(Object.values(TASK_ENV)).toContain(name);
		const text = read("task.ts");
		for (const name of [
			TASK_ENV.in,
			TASK_ENV.out,
			TASK_ENV.result,
			TASK_ENV.params,
			TASK_ENV.ds,
		])
			expect(text).toContain(`read("${name}")`);
		for (const folder of [IN_FOLDER, OUT_FOLDER])
			expect(text).toContain(`= "${folder}";`);
	});

	test("at run time it imports nothing from outside its folder but Node and its own dependencies", () => {
		const { dependencies = {} } = JSON.parse(read("package.json"));
		const allowed = [/^\.\/[\w.-]+$/, /^node:/];
		for (const file of sources)
			for (const [, types, from = ""] of read(file).matchAll(
				/^(?:import|export)( type)?\b(?:[^;"=]*\bfrom)? "([^"]+)";/gm,
			)) {
				const isFine =
					types !== undefined ||
					Object.hasOwn(dependencies, from) ||
					allowed.some((pattern) => pattern.test(from));
				expect(isFine, `${file} imports ${from}`).toBe(true);
			}
	});

	test("its lock is for exactly its own dependencies", () => {
		const { dependencies, version, name } = JSON.parse(read("package.json"));
		const lock = JSON.parse(read("package-lock.json"));
		expect(lock.packages[""]).toMatchObject({ name, version });
		expect(lock.packages[""].dependencies).toEqual(dependencies);
		expect(read("package-lock.json")).not.toContain('"resolved"');
	});

	test("--help says what it does and names every option", () => {
		const { code, stdout, stderr } = runImage(image, ["--help"]);
		expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
		expect(stdout).toMatch(/^\w+: .+\.\n/);
		const options = sources.flatMap((file) =>
			[...read(file).matchAll(/^\t+"?([a-z][\w-]+)"?: \{\s*type: "/gm)].map(
				([, option]) => `--${option}`,
			),
		);
		for (const option of options.filter((option) => option !== "--help")) {
			expect(stdout).toContain(option);
			expect(read("README.md")).toContain(option);
		}
	});

	test("a word too many is wrong usage in one sentence", () => {
		const words =
			image === "generator" || image === "predictor"
				? ["what"]
				: ["what", "ever"];
		const { code, stderr, stdout } = runImage(image, words, {
			data: aFolder(),
		});
		expect(code).toBe(2);
		expect(stdout).toBe("");
		expect(stderr).toMatch(/^[^\n]+See --help\.\n$/);
	});
});

test("small files that several images repeat are the same everywhere", () => {
	const own = ["main.ts", "options.ts"];
	const seen = new Map<string, string>();
	for (const image of images)
		for (const file of readdirSync(imageFolder(image))) {
			const isShared =
				file.endsWith(".ts") || /^(Dockerfile|\.dockerignore)$/.test(file);
			if (!isShared || own.includes(file)) continue;
			const text = readFileSync(join(imageFolder(image), file), "utf8");
			expect(seen.get(file) ?? text, `images/${image}/${file}`).toBe(text);
			seen.set(file, text);
		}
});
