import { existsSync, readdirSync } from "node:fs";
import type { ContainerName } from "../../orchestrator/model/words.ts";
import type { Stream } from "../../orchestrator/runtimes/log-port.ts";
import { LogFiles } from "../../orchestrator/store/log-files.ts";
import type { RunDetail } from "../../orchestrator/store/port.ts";
import { readStored, writtenBytes } from "../rig/read-stored.ts";
import type { Expectation } from "./expectation.ts";
import type { Site } from "./site.ts";

/** Each stream of each attempt's log against what its container says it has written. */
export async function logFaults(
	run: RunDetail,
	site: Site,
	{ isLogLost }: Expectation,
): Promise<string[]> {
	const faults: string[] = [];
	const attempts = run.tasks[0]?.attempts ?? [];
	for (const { number } of attempts)
		for (const stream of ["stdout", "stderr"] as const) {
			const isLost = number === 1 && isLogLost;
			const isCut = isLost || run.status === "cancelled";
			const log = await storedLog(site, number, stream);
			const fault = compare(log, site.witness(number, stream), {
				mayMiss: isLost,
				mayBeAhead: isCut,
			});
			if (fault) faults.push(`${stream} of attempt ${number}: ${fault}`);
		}
	return faults;
}

interface Leeway {
	/** The container, and its log, went away. */
	readonly mayMiss: boolean;
	/** It was killed between writing a line and witnessing it. */
	readonly mayBeAhead: boolean;
}

function compare(
	log: string,
	witness: string,
	{ mayMiss, mayBeAhead }: Leeway,
): string | null {
	if (log === witness) return null;
	const [have, want] = [linesOf(log), linesOf(witness)];
	const wrong = have.findIndex((line, index) => line !== want[index]);
	if (wrong < 0 && mayMiss) return null;
	if (wrong === want.length && have.length === wrong + 1 && mayBeAhead)
		return null;
	return wrong < 0
		? `${have.length} of ${want.length} lines`
		: `line ${wrong + 1} is ${JSON.stringify(have[wrong])} instead of ${JSON.stringify(want[wrong])} (${have.length} of ${want.length} lines)`;
}

const linesOf = (text: string): string[] =>
	text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

async function storedLog(
	site: Site,
	attempt: number,
	stream: Stream,
): Promise<string> {
	const folder = site.at(".berth/logs");
	const pattern = new RegExp(`-${attempt}-[0-9a-f]{16}\\.log$`);
	const file = namesIn(folder).find((name) => pattern.test(name));
	if (!file) return "";
	const name = file.replace(/\.log$/, "") as ContainerName;
	const logs = new LogFiles(folder, 256 * 2 ** 20);
	return String(writtenBytes(await readStored(logs, name), stream));
}

const namesIn = (folder: string): string[] =>
	existsSync(folder) ? readdirSync(folder) : [];
