import { readConfig } from "../config.ts";
import { answer } from "./answer.ts";
import { reachOwner, untilAnswered, withReader } from "./reach.ts";
import { table, timeInWords } from "./table.ts";

/** The variables that pipelines read. */
export async function list({
	json,
}: {
	readonly json?: boolean;
}): Promise<void> {
	await withReader(async (reader) => {
		const vars = await reader.vars();
		answer(vars, json, () =>
			vars.length === 0
				? 'There are no variables. "berth vars set <name> <value>" sets one.'
				: table(
						["name", "value", "set (UTC)"],
						vars.map((v) => [v.name, v.value, timeInWords(v.updatedAt)]),
					),
		);
	});
}

export async function set(name: string, value: string): Promise<void> {
	const config = readConfig(process.env);
	await untilAnswered(
		() => reachOwner(config),
		({ berth }) => berth.setVar(name, value),
	);
}

export async function unset(name: string): Promise<void> {
	const config = readConfig(process.env);
	await untilAnswered(
		() => reachOwner(config),
		({ berth }) => berth.unsetVar(name),
	);
}
