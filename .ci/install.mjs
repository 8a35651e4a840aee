// Installs what is missing, and only that, and sees to it that berth starts from a bundle of what lies here. Runs on any Node from 18 on, because nothing else can before it has run.
// --images: also what the images need to run without containers.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBundle, MAKE } from "../orchestrator/bundle/find.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folders = [root];
if (process.argv.includes("--images")) {
	for (const name of readdirSync(join(root, "images")))
		if (existsSync(join(root, "images", name, "package-lock.json")))
			folders.push(join(root, "images", name));
}

for (const folder of folders) if (!isInstalled(folder)) install(folder);
if (!findBundle()) bundle();

/** npm notes what it installed in node_modules/.package-lock.json: the same packages at the same versions mean there is nothing to do. */
function isInstalled(folder) {
	const noted = join(folder, "node_modules", ".package-lock.json");
	if (!existsSync(noted)) return !needsAnything(folder);
	const have = packagesOf(noted);
	const want = packagesOf(join(folder, "package-lock.json"));
	return Object.entries(want).every(
		([path, entry]) =>
			path === "" ||
			entry.optional ||
			entry.link ||
			!path.startsWith("node_modules/") ||
			have[path]?.version === entry.version,
	);
}

function needsAnything(folder) {
	return Object.keys(packagesOf(join(folder, "package-lock.json"))).length > 1;
}

function packagesOf(lockFile) {
	return JSON.parse(readFileSync(lockFile, "utf8")).packages;
}

function install(folder) {
	console.error(
		`Installing what ${folder === root ? "berth" : `images/${folder.split("/").pop()}`} needs (npm ci) …`,
	);
	// A download that breaks off halfway npm does not try again by itself; and its cache may know older versions only.
	if (npmCi(folder, "--prefer-offline") || npmCi(folder)) return;
	console.error(
		`npm ci failed in ${folder}. Look at its message above; berth needs the npm registry once.`,
	);
	process.exit(1);
}

function npmCi(folder, ...more) {
	const { status } = spawnSync(
		"npm",
		["ci", "--no-audit", "--no-fund", "--loglevel=error", ...more],
		{ cwd: folder, stdio: ["ignore", "ignore", "inherit"] },
	);
	return status === 0;
}

function bundle() {
	const pinned = join(root, "node_modules", ".bin", "node");
	const node = existsSync(pinned) ? pinned : process.execPath;
	const { status } = spawnSync(node, [MAKE], { stdio: "inherit" });
	if (status !== 0)
		console.error("berth has no bundle, and starts slower from its sources.");
}
