import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Shape } from "../../orchestrator/define/authoring.ts";
import { openConfig } from "../../orchestrator/define/config/open-config.ts";
import { z } from "../../orchestrator/define/index.ts";
import { readParams } from "../../orchestrator/define/params.ts";
import type { Json, Named } from "../../orchestrator/model/words.ts";

/** A pipelines folder with a config folder for `train.ts`; names are relative to it. Gone after the test. */
export function aConfigFolder(files: Named<string>): string {
	const folder = mkdtempSync(join(tmpdir(), "berth-config-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	mkdirSync(join(folder, "train/config"), { recursive: true });
	for (const [name, text] of Object.entries(files)) {
		const path = join(folder, "train/config", name);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
	}
	return folder;
}

/** The params and choices of a run with this config, told these `--set`s. */
export function composed(
	files: Named<string>,
	given: Named<Json> = {},
	shape: Shape = ANYTHING,
) {
	return composedIn(aConfigFolder(files), given, shape);
}

export function composedIn(
	folder: string,
	given: Named<Json> = {},
	shape: Shape = ANYTHING,
	file = "train.ts",
) {
	const config = openConfig(folder, file);
	return readParams(shape, given, { ds: "2026-11-20", config });
}

/** The sentence by which it is refused. */
export function refusal(...what: Parameters<typeof composed>): string {
	try {
		composed(...what);
	} catch (error) {
		return (error as Error).message;
	}
	return "nothing was refused";
}

/** Types that take whatever a config says, so that a test sees it as it is. */
const any = z.any().optional();
const ANYTHING: Shape = {
	...{ a: any, b: any, c: any, db: any, model: any, seed: any, server: any },
	...{ name: any, when: any, list: any, x: any, base: any, second: any },
	...{ y: any, n: any, exp: any, opt: any },
};
