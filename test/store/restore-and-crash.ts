import { subscribe } from "node:diagnostics_channel";
import { writeSync } from "node:fs";
import { putBack } from "../../orchestrator/store/sqlite/restore.ts";

/** A restore in a process that is killed before its nth step. Prints the steps it took. */
const [file = "", database = "", killBefore = ""] = process.argv.slice(2);

let steps = 0;
subscribe("berth:boundary", (name) => {
	steps += 1;
	if (steps === Number(killBefore)) process.kill(process.pid, "SIGKILL");
	writeSync(1, `${name}\n`);
});
putBack(file, database, { suffix: "now", user: null });
