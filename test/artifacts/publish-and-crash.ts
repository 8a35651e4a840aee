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
function seam(step: string): void {
	steps += 1;
	if (steps === Number(killBefore)) process.kill(process.pid, "SIGKILL");
	console.log(step.replaceAll(data, ""));
}

const publications = new FakePublications(`${data}/publications.json`);
const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const artifacts = new FileArtifacts({ data, publications, user, seam });
const name = attempt as ContainerName;
const outputs = await artifacts.collect(
	name,
	{ a: "out/a" as DataPath, b: "out/b" as DataPath, c: "c" as DataPath },
	new AbortController().signal,
);
if (isProblem(outputs)) throw new Error(outputs.message);
seam("record");
publications.publishAll(Object.values(outputs), attempt);
seam("project");
await artifacts.project(await publications.unprojected());
seam("discard");
await artifacts.discard(name, false);
