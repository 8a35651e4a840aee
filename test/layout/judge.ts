import { posix } from "node:path";
import { type Import, importsOf } from "./read-source.ts";
import { type Layer, layers, reserved } from "./rules.ts";

/** What is wrong with one file's imports, as sentences: the rule, then who broke it and how. */
export function judge(file: string, source: string): string[] {
	const layer = layerOf(file);
	if (!layer)
		return [`${file} is in no layer of test/layout/rules.ts. Add it there.`];
	return importsOf(file, source).flatMap((found) => {
		const sentence = broken(file, layer, found);
		return sentence ? [`${sentence} But ${file} imports ${found.from}.`] : [];
	});
}

function layerOf(file: string): Layer | undefined {
	return layers.find(({ who }) => who.some((place) => isIn(file, place)));
}

function broken(
	file: string,
	layer: Layer,
	{ from, typeOnly }: Import,
): string | undefined {
	if (from.startsWith(".")) {
		const target = posix.join(posix.dirname(file), from);
		const may = [...layer.may, ...(typeOnly ? (layer.mayTypes ?? []) : [])];
		const isAllowed = may.some((place) =>
			place === "./" ? isBeside(target, file, layer) : isIn(target, place),
		);
		return isAllowed ? undefined : layer.sentence;
	}
	const library = packageOf(from);
	const place = reserved.find((one) => [library, from].includes(one.library));
	const isItsOwn =
		!place || isIn(file, place.to) || (typeOnly && place.mayTypes);
	if (!isItsOwn) return place.sentence;
	const isAllowed =
		layer.packages === undefined ||
		layer.packages.includes(library) ||
		layer.packages.includes(from);
	return isAllowed ? undefined : layer.sentence;
}

/** In the same folder of `who`: the same image, or the same adapter. */
function isBeside(target: string, file: string, layer: Layer): boolean {
	const home = layer.who.flatMap((place) => pattern(place).exec(file) ?? [])[0];
	return home !== undefined && target.startsWith(home);
}

function isIn(file: string, place: string): boolean {
	return pattern(place).test(file);
}

/** A place that ends with a slash is all below it; a star stands for one folder. */
function pattern(place: string): RegExp {
	const escaped = place.replaceAll(".", "\\.").replaceAll("*", "[^/]+");
	return new RegExp(`^${escaped}${place.endsWith("/") ? "" : "$"}`);
}

function packageOf(from: string): string {
	if (from.startsWith("node:")) return "node:";
	const [scope = "", name = ""] = from.split("/");
	return scope.startsWith("@") ? `${scope}/${name}` : scope;
}
