import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The names of the folders that images are built from. */
export function imageFolders(images: string): readonly string[] {
	if (!existsSync(images)) return [];
	return readdirSync(images).filter(
		(name) =>
			existsSync(join(images, name, "Dockerfile")) ||
			existsSync(join(images, name, "package.json")),
	);
}
