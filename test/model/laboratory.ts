import { spawn } from "node:child_process";
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Mutant } from "./mutate.ts";

const PROJECT = join(import.meta.dirname, "../..");
const COPIED = [
	"package.json",
	"orchestrator/package.json",
	"orchestrator/model",
	"test/model",
	"test/rig/plans.ts",
];
const CONFIG = `export default { test: {
	include: ["test/model/**/*.test.ts"],
	exclude: ["**/{schedule,cron}*"],
	pool: "threads",
	isolate: false,
	maxWorkers: 1,
	testTimeout: 60_000,
} };\n`;

/** From the quickest look to the most thorough one. */
const LOOKS: readonly Look[] = [
	look(
		"two small explorations",
		15,
		"test/model/explore-some.ts",
		"sensor",
		"nothing",
	),
	look("unit tests", 60, ...vitest("--exclude=**/{explore,properties}*")),
	look("all explorations", 180, "test/model/explore-some.ts"),
	look("random plans", 180, ...vitest("properties")),
];

interface Look {
	readonly name: string;
	readonly args: readonly string[];
	/** What takes many times longer than it should hangs, and that has been noticed as well. */
	readonly hangsMs: number;
}

/** A copy of the core and its tests, in which one file after another is wrong. */
export class Laboratory {
	readonly #folder = mkdtempSync(join(tmpdir(), "mutants-"));

	readonly #looks: readonly Look[];

	/** `patience`: after how many looks a mutant counts as one that survives. */
	constructor(patience: number) {
		this.#looks = LOOKS.slice(0, patience);
		for (const path of COPIED) {
			const to = join(this.#folder, path);
			mkdirSync(dirname(to), { recursive: true });
			cpSync(join(PROJECT, path), to, { recursive: true });
		}
		writeFileSync(join(this.#folder, "vitest.config.mjs"), CONFIG);
		symlinkSync(
			join(PROJECT, "node_modules"),
			join(this.#folder, "node_modules"),
		);
	}

	/** By what it was caught; null when it survived. */
	async examine({ file, source }: Mutant): Promise<string | null> {
		const path = join("orchestrator/model", file);
		writeFileSync(join(this.#folder, path), source);
		try {
			for (const look of this.#looks)
				if (!(await passes(this.#folder, look))) return look.name;
			return null;
		} finally {
			cpSync(join(PROJECT, path), join(this.#folder, path));
		}
	}

	[Symbol.dispose](): void {
		rmSync(this.#folder, { recursive: true });
	}
}

const passes = (cwd: string, { args, hangsMs }: Look): Promise<boolean> =>
	new Promise((resolve, reject) => {
		const child = spawn(process.execPath, args, {
			cwd,
			stdio: "ignore",
			timeout: hangsMs,
			killSignal: "SIGKILL",
		});
		child.on("error", reject);
		child.on("exit", (code) => resolve(code === 0));
	});

function look(name: string, seconds: number, ...args: readonly string[]): Look {
	return {
		name,
		hangsMs: seconds * 1000,
		args: ["--max-old-space-size=1500", ...args],
	};
}

function vitest(...args: readonly string[]): readonly string[] {
	return [
		"node_modules/vitest/vitest.mjs",
		"run",
		"--bail=1",
		"--reporter=dot",
		...args,
	];
}
