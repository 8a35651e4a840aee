import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import { isProblem } from "../../orchestrator/artifacts/port.ts";
import type {
	ContainerName,
	DataPath,
} from "../../orchestrator/model/words.ts";
import { FakePublications } from "./fake-publications.ts";

/** A whole publication as the engine does it, in a process that is killed before its nth step. Prints the steps it took. */
const [data = "", attempt = "", killBefore = ""] = process.argv.slice(2);

let steps = 0;
function step(name: unknown): void {
	steps += 1;
	if (steps === Number(killBefore)) process.kill(process.pid, "SIGKILL");
	console.log(name);
}
subscribe("berth:boundary", step);

const publications = new FakePublications(`${data}/publications.json`);
const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const artifacts = new FileArtifacts({ data, publications, user });
const name = attempt as ContainerName;
const outputs = await artifacts.collect(
	name,
	{ a: "out/a" as DataPath, b: "out/b" as DataPath, c: "c" as DataPath },
	new AbortController().signal,
);
if (isProblem(outputs)) throw new Error(outputs.message);
step("record");
publications.publishAll(Object.values(outputs), attempt);
step("project");
await artifacts.project(await publications.unprojected());
step("discard");
unsubscribe("berth:boundary", step); // what is discarded cannot be published again
await artifacts.discard(name, false);
