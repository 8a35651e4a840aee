import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

/** From now on `import … from "berth"` means this berth, in any folder and without an install; and files of the pipelines folder are modules, whatever a package.json above them says. */
export function resolveBerth(folder: string): void {
	const inside = `${pathToFileURL(folder).href}/`;
	const berth = new URL("./index.ts", import.meta.url).href;
	registerHooks({
		resolve(specifier, context, next) {
			if (specifier === "berth")
				return { url: berth, format: "module-typescript", shortCircuit: true };
			const found = next(specifier, context);
			const isOurs =
				found.url.startsWith(inside) && !found.url.includes("/node_modules/");
			const format = isOurs ? formatOf(found.url) : null;
			return format === null ? found : { ...found, format };
		},
	});
}

function formatOf(url: string): string | null {
	if (/\.m?ts$/.test(url)) return "module-typescript";
	return /\.m?js$/.test(url) ? "module" : null;
}
