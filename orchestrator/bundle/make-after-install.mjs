import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, statSync, utimesSync } from "node:fs";
import { DIST, findBundle, INSTALLED, MAKE, ROOT } from "./find.mjs";

/** npm runs no scripts here, so the first start after an install makes the bundle: once, however it goes, and only in a checkout of one's own. */
export function makeAfterInstall() {
	if (!isFirst()) return null;
	spawnSync(process.execPath, [MAKE], { stdio: "ignore", timeout: 60_000 });
	return findBundle();
}

/** Whoever tries touches the folder of bundles. */
function isFirst() {
	try {
		const installed = statSync(INSTALLED).ctimeMs;
		const tried = statSync(DIST, { throwIfNoEntry: false })?.mtimeMs ?? 0;
		if (tried >= installed) return false;
		if (statSync(ROOT).uid !== process.getuid?.()) return false;
		if (!existsSync(`${ROOT}node_modules/rolldown`)) return false;
		mkdirSync(DIST, { recursive: true });
		utimesSync(DIST, new Date(), new Date());
		return true;
	} catch {
		return false; // it may not be written
	}
}
