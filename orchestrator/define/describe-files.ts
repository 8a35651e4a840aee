import { broken } from "./entries.ts";
import type { Ended } from "./loading-process.ts";
import type { Entry } from "./port.ts";
import type { Tell } from "./protocol.ts";

type AskAbout = (
	files: readonly string[],
	hear: (tell: Tell) => void,
) => Promise<Ended>;

/** One process for all files; where one of them ends it, a new process goes on with the rest. */
export async function describeFiles(
	files: readonly string[],
	ask: AskAbout,
): Promise<readonly Entry[]> {
	const entries = new Map<string, Entry>();
	const rest = new Set(files);
	while (rest.size > 0) {
		const ended = await ask([...rest], (tell) => {
			if (tell.type !== "entry" || !rest.delete(tell.entry.file)) return;
			entries.set(tell.entry.file, tell.entry);
		});
		if (ended.how === "done") break;
		if (ended.file === null)
			throw new Error(
				`The process that loads pipelines failed: ${ended.because} Look at the machine's memory and processes, and try again.`,
			);
		if (!rest.delete(ended.file)) continue;
		const message = `${ended.file}: ${ended.because}`;
		entries.set(ended.file, {
			...broken(ended.file, message),
			mayPass: true,
		});
	}
	return files.flatMap((file) => entries.get(file) ?? []);
}
