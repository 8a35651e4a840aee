import { subscribe } from "node:diagnostics_channel";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import { GarbageCollector } from "../../orchestrator/engine/garbage-collector.ts";
import type { Instant } from "../../orchestrator/model/words.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";

/** A whole collection, in a process that is killed before its nth step. Prints the steps it took. */
const [data = "", killBefore = ""] = process.argv.slice(2);

let steps = 0;
subscribe("berth:boundary", (name) => {
	steps += 1;
	if (steps === Number(killBefore)) process.kill(process.pid, "SIGKILL");
	console.log(name);
});

const store = openStore(`${data}/berth.db`);
const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const artifacts = new FileArtifacts({ data, publications: store, user });
const collector = new GarbageCollector({
	store: store.garbage,
	artifacts,
	now: () => (Date.now() + 1) as Instant,
	atOnce: 1,
});
const policy = { newest: 1, youngerThanMs: 0 };
const told = collector.collect(
	{ policy, isDry: false },
	new AbortController().signal,
);
for await (const _ of told);
store.close();
