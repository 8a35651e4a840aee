import { subscribe } from "node:diagnostics_channel";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import type { ObjectHash } from "../../orchestrator/model/words.ts";
import { FakePublications } from "./fake-publications.ts";

/** Removes an object, in a process that is killed before its nth step. Prints the steps it took. */
const [data = "", object = "", killBefore = ""] = process.argv.slice(2);

let steps = 0;
subscribe("berth:boundary", (name) => {
	steps += 1;
	if (steps === Number(killBefore)) process.kill(process.pid, "SIGKILL");
	console.log(name);
});

const artifacts = new FileArtifacts({
	data,
	publications: new FakePublications(),
	user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
});
await artifacts.removeObject(object as ObjectHash, async () => false);
