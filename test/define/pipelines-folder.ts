import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { FolderCatalogue } from "../../orchestrator/define/catalogue.ts";
import type { Entry } from "../../orchestrator/define/port.ts";
import type { Named } from "../../orchestrator/model/words.ts";

/** A folder somewhere, with these files, and its catalogue. Gone after the test. */
export async function aFolder(
	files: Named<string>,
	options: { timeoutMs?: number; zone?: string } = {},
) {
	const folder = await mkdtemp(join(tmpdir(), "berth-pipelines-"));
	const write = async (name: string, text: string) => {
		await mkdir(dirname(join(folder, name)), { recursive: true });
		await writeFile(join(folder, name), text);
	};
	for (const [name, text] of Object.entries(files)) await write(name, text);
	const catalogue = new FolderCatalogue({ folder, zone: "UTC", ...options });
	onTestFinished(async () => {
		await catalogue.close();
		await rm(folder, { recursive: true, force: true });
	});
	return { folder, catalogue, write };
}

/** A file with a pipeline of one task, and perhaps something before it. */
export const aPipeline = (name: string, before = ""): string =>
	`${before}
import { pipeline } from "berth";
export default pipeline("${name}", {}, ({ container }) => {
	container("only", { image: "alpine:3.22" });
});
`;

/** File → the pipeline that it defines, or what is wrong with it. */
export const atAGlance = (entries: readonly Entry[]): Named<string> =>
	Object.fromEntries(
		entries.map((entry) => [
			entry.file,
			entry.kind === "broken" ? entry.message : entry.name,
		]),
	);
