import { imageFolders } from "../compose-machine.ts";
import { catalogueOf } from "../compose-reading.ts";
import { readConfig } from "../config.ts";
import { checkFolder, type Finding } from "../define/check.ts";
import { systemClock } from "../engine/clock.ts";
import { dsOf } from "../model/schedule.ts";
import { answer } from "./answer.ts";
import { EXIT } from "./fail.ts";
import { storedVars } from "./reach.ts";

/** Load and plan every pipeline; exits with 1 when anything is wrong. */
export async function check(options: {
	readonly date?: string;
	readonly json?: boolean;
}): Promise<void> {
	const config = readConfig(process.env);
	const catalogue = catalogueOf(config);
	try {
		const findings = await checkFolder(catalogue, {
			ds: options.date ?? dsOf(systemClock.now(), config.zone),
			vars: await storedVars(config),
			knownImages: imageFolders(config),
		});
		const names = (await catalogue.list()).length;
		answer(findings, options.json, () => told(findings, names));
		if (findings.some(({ severity }) => severity === "error"))
			process.exitCode = EXIT.failed;
	} finally {
		await catalogue.close();
	}
}

function told(findings: readonly Finding[], files: number): string {
	const errors = findings.filter(({ severity }) => severity === "error").length;
	const lines = findings.map(
		({ severity, message }) => `${severity === "error" ? "✗" : "!"} ${message}`,
	);
	const wrong =
		errors === 0 ? "nothing is" : count(errors, "thing is", "things are");
	return [
		...lines,
		`${count(files, "file", "files")} checked: ${wrong} wrong.`,
	].join("\n");
}

const count = (n: number, one: string, many: string): string =>
	`${n} ${n === 1 ? one : many}`;
