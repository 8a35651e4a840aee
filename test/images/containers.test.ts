import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { beforeAll, expect, test } from "vitest";
import { describeWithEngine } from "../rig/engine.ts";
import { breastCancerFile } from "./reference.ts";
import { aFolder, imageFolder } from "./run-image.ts";

const images = ["generator", "preprocessor", "trainer", "predictor"];
/** A process that is still starting cannot be asked anything. */
const UNTIL_IT_WRITES = "until [ -e /tmp/data.csv ]; do sleep 0.05; done";

/** Building installs packages. */
const BUILD_TIMEOUT_MS = 600_000;

describeWithEngine("the images in containers", () => {
	beforeAll(() => {
		for (const image of images) {
			const built = docker("build", "-t", tagOf(image), imageFolder(image));
			expect(built.status, built.stderr + built.stdout).toBe(0);
		}
	}, BUILD_TIMEOUT_MS);

	test.each(images)("%s is small and carries only what it runs", (image) => {
		const { stdout } = inside(image, "ls -A /app && du -sk /app");
		const [size = ""] = stdout.trimEnd().split("\n").toReversed();
		expect(Number.parseInt(size, 10)).toBeLessThan(8 * 1024);
		expect(stdout).not.toMatch(/README|Dockerfile|\.dockerignore/);
	});

	test.each(images)(
		"%s runs as an ordinary user and says how to use it",
		(image) => {
			const { stdout } = docker(
				"inspect",
				"-f",
				"{{.Config.User}}",
				tagOf(image),
			);
			expect(stdout.trim()).toBe("1000:1000");
			expect(run(image, [], ["--help"])).toMatch(
				new RegExp(`^(${image}|prepare|train): `),
			);
		},
	);

	test("data are generated, prepared, split, learned from, validated and scored behind walls", () => {
		const at = outFolder();
		run(
			"generator",
			[at],
			["--date", "2026-11-20", "--out", "/out/raw", "--rows", "2500"],
		);
		run("preprocessor", [at, `${at}/raw:/in/raw`], ["prepare"]);
		run("preprocessor", [at, `${at}/table:/in/table`], ["split"]);
		run("trainer", [at, `${at}/train:/in/train`], ["train", "--model", "cart"]);
		run("trainer", [at, `${at}/train:/in/train`], ["train"]);
		const model = `${at}/model:/in/model`;
		run("trainer", [at, model, `${at}/val:/in/val`], ["validate"]);
		run("predictor", [at, model, `${at}/raw:/in/data`], []);
		const { rocAuc } = JSON.parse(
			readFileSync(join(at, "report/metrics.json"), "utf8"),
		);
		expect(rocAuc).toBeGreaterThan(0.88);
		const predictions = readFileSync(
			join(at, "predictions/predictions.csv"),
			"utf8",
		);
		expect(predictions.trimEnd().split("\n")).toHaveLength(2501);
		expect(statSync(join(at, "raw/data.csv")).uid).toBe(
			Number(user().split(":")[0]),
		);
	});

	test("one file can be mounted as an input", () => {
		const at = outFolder();
		const columns = ["--no-header", "--id", "c0", "--target", "c1"];
		run(
			"preprocessor",
			[at, `${breastCancerFile}:/in/raw`],
			["prepare", ...columns, "--positive", "M"],
		);
		expect(
			readFileSync(join(at, "table/table.csv"), "utf8").split("\n"),
		).toHaveLength(571);
	});

	test("without a place to write there is one sentence", () => {
		const ran = runWalled("generator", [], ["--date", "2026-11-20"]);
		expect(ran.stderr).toBe(
			"/out/raw cannot be written: mount a folder there, or choose another with --out.\n",
		);
		expect(ran.status).toBe(1);
	});

	test("a plain docker run can be stopped at once", () => {
		const words = ["--date", "2026-11-20", "--rows", "10000000"];
		const { stdout } = docker(
			"run",
			"-d",
			tagOf("generator"),
			...words,
			"--out",
			"/tmp",
		);
		const id = stdout.trim();
		docker("exec", id, "sh", "-c", UNTIL_IT_WRITES);
		docker("stop", "--time", "60", id); // killed would be 137, however late
		const ended = docker("inspect", "-f", "{{.State.ExitCode}}", id);
		docker("rm", "-f", id);
		expect(ended.stdout.trim()).toBe("143");
	});

	test("a folder of somebody else's is one sentence that says what to do", () => {
		const at = outFolder();
		chmodSync(at, 0o755);
		const ran = docker(
			...["run", "--rm", "--user", "54321:54321", "-v", `${at}:/out`],
			...[tagOf("generator"), "--date", "2026-11-20"],
		);
		expect(ran.stderr).toBe(
			'User 54321 may not use /out/raw: make its folder before you mount it, and run as the user who owns it (docker run --user "$(id -u):$(id -g)").\n',
		);
		expect(ran.status).toBe(1);
	});
});

function tagOf(image: string): string {
	return `berth-test/${image}`;
}

function docker(...words: string[]) {
	return spawnSync("docker", words, { encoding: "utf8" });
}

/** Runs an image as berth does by default: read-only root, no network, no capabilities, an ordinary user. */
function runWalled(image: string, mounts: string[], words: string[]) {
	const volumes = mounts.flatMap((mount) => [
		"-v",
		mount.includes(":") ? `${mount}:ro` : `${mount}:/out`,
	]);
	const wall = ["--read-only", "--network", "none", "--cap-drop", "ALL"];
	const who = ["--user", user(), "--tmpfs", "/tmp", "-e", "HOME=/tmp"];
	return docker(
		"run",
		"--rm",
		...wall,
		...who,
		...volumes,
		tagOf(image),
		...words,
	);
}

function run(image: string, mounts: string[], words: string[]): string {
	const { status, stdout, stderr } = runWalled(image, mounts, words);
	expect(stderr).toBe("");
	expect(status).toBe(0);
	return stdout;
}

function inside(image: string, script: string) {
	return docker(
		"run",
		"--rm",
		"--entrypoint",
		"sh",
		tagOf(image),
		"-c",
		script,
	);
}

/** Whoever runs the tests; a stranger where that is root. */
function user(): string {
	const uid = process.getuid?.() ?? 1000;
	return uid === 0 ? "4321:4321" : `${uid}:${process.getgid?.() ?? 1000}`;
}

/** An empty folder that any user may write to. */
function outFolder(): string {
	const folder = join(aFolder(), "out");
	mkdirSync(folder);
	chmodSync(folder, 0o777);
	chmodSync(join(folder, ".."), 0o755);
	return folder;
}
