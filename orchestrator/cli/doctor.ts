import { connect } from "../api/connect.ts";
import { berthFolder, declarePlace, diagnose } from "../compose.ts";
import { readConfig } from "../config.ts";
import { answer } from "./answer.ts";
import { EXIT } from "./fail.ts";

/** Say what is missing here and how to get it; exits with 1 when something is. */
export async function doctor(options: {
	readonly moved?: boolean;
	readonly copied?: boolean;
	readonly json?: boolean;
}): Promise<void> {
	const config = readConfig(process.env);
	if (options.moved || options.copied) {
		console.log(declarePlace(config, options.moved ? "moved" : "copied"));
		return;
	}
	const owner = await connect(berthFolder(config)).catch(() => null);
	const server = owner
		? {
				what: "server",
				isWell: true,
				message: `berth ${(await owner.about()).version} owns ${config.data} and answers.`,
			}
		: {
				what: "server",
				isWell: true,
				message: `Nobody owns ${config.data} now; "berth up" would, and "berth run" does for as long as it runs.`,
			};
	await owner?.close();
	const all = [...(await diagnose(config)), server];
	answer(all, options.json, () =>
		all
			.map(({ isWell, message }) => `${isWell ? "✓" : "✗"} ${message}`)
			.join("\n"),
	);
	if (all.some(({ isWell }) => !isWell)) process.exitCode = EXIT.failed;
}
