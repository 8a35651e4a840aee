import { initFolder } from "../define/init.ts";
import { Sentence } from "./fail.ts";

/** Make a pipelines folder with an example. */
export async function init(dir: string): Promise<void> {
	const { folder, written, kept } = await initFolder(dir).catch(
		(error: NodeJS.ErrnoException) => {
			throw new Sentence(
				`No pipelines folder can be made at ${dir} (${error.code}). Name another one.`,
			);
		},
	);
	const lines = [
		...written.map((name) => `Wrote ${folder}/${name}`),
		...kept.map((name) => `Left ${folder}/${name} as it was`),
		"",
		`Try it:  BERTH_PIPELINES=${dir} npx berth run hello`,
	];
	console.log(lines.join("\n"));
}
