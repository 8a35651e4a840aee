// JavaScript, and on nothing but Node: it is the first that every start runs, and .ci/install.mjs asks it on older Nodes.
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout, with a slash. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../../");
/** Where bundles lie, each in a folder of its own that is never written again. */
export const DIST = `${ROOT}orchestrator/dist`;
/** Says which is the newest bundle, and of what it was made; written last of all. */
export const STAMP = `${DIST}/made.json`;
/** npm writes it whenever it installs anything. */
export const INSTALLED = `${ROOT}node_modules/.package-lock.json`;
/** Makes a bundle. */
export const MAKE = `${ROOT}orchestrator/bundle/make.ts`;

/** The bundle's folder, when it is whole and nothing that it was made of has changed since; else null. Some hundred looks, so each is a plain one. */
export function findBundle() {
	try {
		const { name, notes } = JSON.parse(readFileSync(STAMP, "utf8"));
		for (const [file, size, changed] of notes) {
			const now = statSync(ROOT + file);
			if (now.ctimeMs !== changed || now.size !== size) return null;
		}
		return `${DIST}/${name}`;
	} catch {
		return null; // there is none, or it is not ours to read
	}
}

/** Of a file in the checkout. Anybody can set the time when a file was written, but nobody the time when it was changed. */
export function noteOf(path) {
	const { size, ctimeMs } = statSync(path);
	return [path.slice(ROOT.length), size, ctimeMs];
}
