import { connect } from "../api/connect.ts";
import { type Diagnosis, declarePlace, diagnose } from "../compose-machine.ts";
import { berthFolder, type Config, readConfig } from "../config.ts";
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
	const all = [...(await diagnose(config)), ...(await server(config))];
	answer(all, options.json, () =>
		all
			.map(({ isWell, message }) => `${isWell ? "✓" : "✗"} ${message}`)
			.join("\n"),
	);
	if (all.some(({ isWell }) => !isWell)) process.exitCode = EXIT.failed;
}

/** Who owns the data directory, and what stands in the way of its work now. */
async function server(config: Config): Promise<readonly Diagnosis[]> {
	const owner = await connect(berthFolder(config)).catch(() => null);
	if (!owner) {
		const message = `Nobody owns ${config.data} now; "berth up" would, and "berth run" does for as long as it runs.`;
		return [{ what: "server", isWell: true, message }];
	}
	const { version, troubles } = await owner.about();
	await owner.close();
	const message = `berth ${version} owns ${config.data} and answers.`;
	return [
		{ what: "server", isWell: true, message },
		...troubles.map(
			(trouble): Diagnosis => ({
				what: "server",
				isWell: false,
				message: trouble,
			}),
		),
	];
}
