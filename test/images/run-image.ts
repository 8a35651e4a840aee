import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { onTestFinished } from "vitest";

/** The folder of an image. */
export function imageFolder(image: string): string {
	return join(import.meta.dirname, "../../images", image);
}

/** What came of running an image's program as a process. */
export interface Ran {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
	/** What it wrote to $BERTH_RESULT, if anything. */
	readonly result: unknown;
}

/** Runs an image's program (its bin) as berth's local runtime does: in an empty environment but for the task's variables. */
export function runImage(
	image: string,
	words: readonly string[],
	{ env = {}, data }: { env?: Record<string, string>; data?: string } = {},
): Ran {
	const resultFile = join(aFolder(), "result.json");
	const folders =
		data === undefined
			? {}
			: { BERTH_IN: join(data, "in"), BERTH_OUT: join(data, "out") };
	const params = join(data ?? "", "in/params.json");
	const given = data !== undefined && existsSync(params);
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		[join(imageFolder(image), binOf(image)), ...words],
		{
			encoding: "utf8",
			env: {
				...folders,
				...(given && { BERTH_PARAMS: params }),
				BERTH_RESULT: resultFile,
				...env,
			},
		},
	);
	return { code: status, stdout, stderr, result: readJson(resultFile) };
}

/** A folder of its own for one test, removed when the test is over. */
export function aFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "berth-images-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** The bin of an image's package.json. */
export function binOf(image: string): string {
	const text = readFileSync(join(imageFolder(image), "package.json"), "utf8");
	return (JSON.parse(text) as { bin: string }).bin;
}

function readJson(path: string): unknown {
	try {
		return JSON.parse(readFileSync(path, "utf8"));
	} catch {
		return undefined;
	}
}
