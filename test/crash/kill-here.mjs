/**
 * Preloaded into a berth that is to be killed (`NODE_OPTIONS=--import …/kill-here.mjs`): writes down each boundary it comes to, and kills
 * the process, as from outside, at the one that it is told; by another signal, if that is told, too. JavaScript, as that is loaded sooner.
 */
import { subscribe } from "node:diagnostics_channel";
import { appendFileSync } from "node:fs";

const {
	CRASH_SEEN = "",
	CRASH_AT = "",
	CRASH_TIME = "1",
	CRASH_SIGNAL = "SIGKILL",
} = process.env;
let left = Number(CRASH_TIME);

subscribe("berth:boundary", (name) => {
	appendFileSync(CRASH_SEEN, `${name}\n`);
	if (name !== CRASH_AT) return;
	left -= 1;
	if (left === 0) process.kill(process.pid, CRASH_SIGNAL);
});
