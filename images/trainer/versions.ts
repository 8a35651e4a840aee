import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** What computed a model: Node, this image and the libraries it uses, by name. */
export function versions(): { readonly [name: string]: string } {
	const { name, version, dependencies } = packageIn(import.meta.dirname);
	const libraries = Object.keys(dependencies).map((library) => [
		library,
		packageIn(join(import.meta.dirname, "node_modules", library)).version,
	]);
	return {
		node: process.versions.node,
		[name]: version,
		...Object.fromEntries(libraries),
	};
}

function packageIn(folder: string): {
	name: string;
	version: string;
	dependencies: object;
} {
	return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
