// Kill the orchestrator, containers and the engine at random while many pipelines run, then look whether anything was lost, repeated,
// left behind or half-written.
//   npm run soak -- [--minutes 10] [--seed 1] [--keep]      takes root and a Docker engine with node:24-bookworm-slim
import { startOwnEngine, whyNoOwnEngine } from "../rig/own-engine.ts";
import { readOptions } from "./options.ts";
import { IMAGE } from "./pipelines.ts";
import { soak } from "./soak.ts";

const options = readOptions(process.argv.slice(2));
const reason = whyNoOwnEngine();
if (reason !== null) throw new Error(`No soak here: ${reason}.`);
const engine = await startOwnEngine({ images: [IMAGE] });
try {
	const isWhole = await soak(engine, options);
	process.exitCode = isWhole ? 0 : 1;
} finally {
	await engine.close();
}
