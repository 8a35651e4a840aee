import { existsSync } from "node:fs";
import { join } from "node:path";
import { type ConfigSource, configFolderName } from "./source.ts";

/** The config folder of the pipeline in that file, if it has one: what reads YAML is loaded only then. */
export async function configOf(
	folder: string,
	file: string,
): Promise<ConfigSource | null> {
	if (!existsSync(join(folder, configFolderName(file)))) return null;
	const { openConfig } = await import("./open-config.ts");
	return openConfig(folder, file);
}
