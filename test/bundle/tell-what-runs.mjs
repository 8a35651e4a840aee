import { writeSync } from "node:fs";
import { registerHooks } from "node:module";

// Loaded before berth: says which program it then runs.
registerHooks({
	load(url, context, next) {
		if (/\/program\.(ts|mjs)$/.test(url))
			writeSync(2, `ran ${url.endsWith(".ts") ? "sources" : "bundle"}\n`);
		return next(url, context);
	},
});
