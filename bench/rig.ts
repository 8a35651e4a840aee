import { chownSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeTree } from "../orchestrator/artifacts/remove-tree.ts";
import { type Owned, own } from "../orchestrator/compose.ts";
import { readConfig } from "../orchestrator/config.ts";
import type { RunId } from "../orchestrator/model/words.ts";

/** A berth of its own, in a folder that goes when it is closed. */
export async function openBench(env: Record<string, string>): Promise<Bench> {
	const folder = mkdtempSync(join(tmpdir(), "berth-bench-"));
	const place = (name: string): string => {
		mkdirSync(join(folder, name));
		return join(folder, name);
	};
	const [data, pipelines] = [place("data"), place("pipelines")];
	if (process.getuid?.() === 0) chownSync(data, 1000, 1000);
	const owned = await own(
		readConfig({ BERTH_DATA: data, BERTH_PIPELINES: pipelines, ...env }),
		{
			onTrouble: console.error,
			onNews: () => undefined,
			onBadEnd: () => undefined,
			onFatal: (error) => {
				throw error;
			},
		},
	);
	if (!owned) throw new Error(`${data} is owned by another berth.`);
	return { folder, pipelines, owned };
}

export interface Bench {
	readonly folder: string;
	readonly pipelines: string;
	readonly owned: Owned;
}

/** Define a pipeline whose function has this body. */
export function definePipeline(
	{ pipelines }: Bench,
	name: string,
	body: string,
): void {
	const text = `import { pipeline } from "berth";\n\nexport default pipeline(${JSON.stringify(name)}, {}, ({ container }) => {\n${body}\n});\n`;
	writeFileSync(join(pipelines, `${name}.ts`), text);
}

/** Run it, and answer with the seconds from its start until nothing of it is left. */
export async function timeRun(
	{ owned }: Bench,
	pipeline: string,
): Promise<number> {
	const { id } = await owned.berth.start({ pipeline, params: {} });
	const began = performance.now();
	const never = new AbortController().signal;
	let status = "";
	for await (const view of owned.berth.watch(id as RunId, never))
		status = view.status;
	if (status !== "succeeded") throw new Error(`${id} ${status}.`);
	return (performance.now() - began) / 1000;
}

export async function closeBench({ owned, folder }: Bench): Promise<void> {
	await owned.close();
	await removeTree(folder);
}

export function median(figures: readonly number[]): number {
	const sorted = figures.toSorted((a, b) => a - b);
	return sorted[sorted.length >> 1] ?? Number.NaN;
}
