import { buildImages, imageFolders } from "../compose-machine.ts";
import { readConfig } from "../config.ts";
import { answer } from "./answer.ts";
import { EXIT, Sentence } from "./fail.ts";
import { table } from "./table.ts";
import { talk } from "./talk.ts";

/** Build the named images, or all; unchanged ones are skipped. Exits with 1 when one could not be built. */
export async function build(
	names: readonly string[],
	{ json }: { readonly json?: boolean },
): Promise<void> {
	const config = readConfig(process.env);
	const known = imageFolders(config);
	const unknown = names.filter((name) => !known.includes(name));
	if (unknown.length > 0)
		throw new Sentence(
			`There is no image "${unknown.join('", "')}" in ${config.images}. It has ${known.join(", ") || "none"}.`,
			EXIT.usage,
		);
	const built = await buildImages(
		config,
		names.length > 0 ? names : known,
		talk,
	);
	answer(built, json, () =>
		table(
			["image", "", "key"],
			built.map(({ name, outcome, key }) => [
				name,
				outcome,
				key?.slice(0, 19) ?? null,
			]),
		),
	);
	const failed = built.flatMap(({ message }) => message ?? []);
	for (const message of failed) talk(message);
	if (failed.length > 0) process.exitCode = EXIT.failed;
}
