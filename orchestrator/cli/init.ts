import { initFolder } from "../define/init.ts";

/** Make a pipelines folder with an example. */
export async function init(dir: string): Promise<void> {
	const { folder, written, kept } = await initFolder(dir);
	const lines = [
		...written.map((name) => `Wrote ${folder}/${name}`),
		...kept.map((name) => `Left ${folder}/${name} as it was`),
		"",
		`Try it:  BERTH_PIPELINES=${dir} npx berth run hello`,
	];
	console.log(lines.join("\n"));
}
