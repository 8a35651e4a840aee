// JavaScript, so that Node need not load its TypeScript parser before the cache of what it parsed is on: half of the time to start.
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findBundle } from "../bundle/find.mjs";
import { showSourceLines } from "../bundle/source-lines.mjs";

// In the user's own folder: what lies in a shared one, others may have put there. Where it cannot be written, there is no cache.
const caches = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
enableCompileCache(join(caches, "berth", "compiled"));
const bundle = findBundle() ?? (await newBundle());
if (bundle) showSourceLines(bundle);
const { main } = await import(
	bundle ? pathToFileURL(join(bundle, "program.mjs")).href : "./program.ts"
);
await main(process.argv);

async function newBundle() {
	const { makeAfterInstall } = await import("../bundle/make-after-install.mjs");
	return makeAfterInstall();
}
