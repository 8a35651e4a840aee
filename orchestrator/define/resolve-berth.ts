import { realpathSync } from "node:fs";
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { isBundled, OWN_CODE, ownProgram } from "../own-files.ts";

/** From now on `import … from "berth"` means this berth, in any folder and without an install; and files of the pipelines folder are modules, whatever a package.json above them says. Told of each import of theirs that no snapshot of the folder sees. */
export function resolveBerth(folder: string, onOutside: () => void): void {
	const inside = `${pathToFileURL(realpathSync(folder)).href}/`;
	const berth = {
		url: ownProgram("define/index.ts").href,
		format: isBundled ? "module" : "module-typescript",
		shortCircuit: true,
	};
	registerHooks({
		resolve(specifier, context, next) {
			if (specifier === "berth") return berth;
			const found = next(specifier, context);
			const isOurs =
				found.url.startsWith(inside) && !found.url.includes("/node_modules/");
			if (!isBerths(context.parentURL) && !isSeen(found.url, inside))
				onOutside();
			const format = isOurs ? formatOf(found.url) : null;
			return format === null ? found : { ...found, format };
		},
	});
}

/** What berth itself and the libraries import. What a pipeline imports of a library is seen where it does so. */
const isBerths = (url = ""): boolean =>
	url.includes("/node_modules/") ||
	(url.startsWith(OWN_CODE) && url !== LOADER);

const LOADER = ownProgram("define/load-child.ts").href;

/** Does a snapshot of the folder see when it changes? */
const isSeen = (url: string, inside: string): boolean =>
	url.startsWith(inside)
		? !/\/(\.|node_modules\/)/.test(url.slice(inside.length - 1))
		: UNCHANGING.has(url) || isOfBundle(url);

/** What the bundle loads when it is needed; no bundle is ever written again. */
const isOfBundle = (url: string): boolean =>
	isBundled && url.startsWith(OWN_CODE);

/** What Node brings and has nothing to do with files, the clock or chance. */
const UNCHANGING: ReadonlySet<string> = new Set(
	["assert", "path", "path/posix", "querystring", "url", "util"].map(
		(name) => `node:${name}`,
	),
);

function formatOf(url: string): string | null {
	if (/\.m?ts$/.test(url)) return "module-typescript";
	return /\.m?js$/.test(url) ? "module" : null;
}
