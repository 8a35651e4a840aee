// JavaScript, so that Node need not load its TypeScript parser before the cache of what it parsed is on: half of the time to start.
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// In the user's own folder: what lies in a shared one, others may have put there. Where it cannot be written, there is no cache.
const caches = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
enableCompileCache(join(caches, "berth", "compiled"));
const { main } = await import("./program.ts");
await main(process.argv);
