import type {
	AttemptNode,
	LineageNode,
	PublicationNode,
} from "../../api/lineage/graph.ts";
import type { Json } from "../../model/words.ts";
import { fewLines } from "../few-lines.ts";
import { bytesInWords, timeInWords } from "../table.ts";

/** A node in a few words. */
export function headOf(node: LineageNode): string {
	switch (node.kind) {
		case "publication":
			return node.path;
		case "object":
			return node.copies?.of ?? `object ${short(node.object)}`;
		case "attempt":
			return node.attempt;
		case "file":
			return `file ${node.path}`;
		case "files":
			return `${node.files.length} files from outside`;
		case "sensor":
			return `sensor ${node.run}/${node.task}`;
	}
}

/** What else there is to say of it, a line each. */
export function detailsOf(node: LineageNode): readonly string[] {
	switch (node.kind) {
		case "publication":
			return publicationLines(node);
		case "object":
			return node.copies === null
				? [node.note]
				: [`object ${short(node.object)}`, node.note];
		case "attempt":
			return attemptLines(node);
		case "file":
			return [`${bytesInWords(node.bytes)}, sha256 ${node.sha256}`];
		case "files": {
			const lines = node.files.map(
				({ path, bytes, sha256 }) =>
					`${path}  ${bytesInWords(bytes)}, sha256 ${sha256 ?? "not known any more"}`,
			);
			return [`all of them ${node.contents}`, ...fewLines(lines, MOST_FILES)];
		}
		case "sensor":
			return [`waited for ${node.waitedFor}`];
	}
}

const MOST_FILES = 20;

const HOW: Record<PublicationNode["how"], string> = {
	made: "made",
	unchanged: "unchanged, brought here",
	promoted: "promoted",
	"rolled-back": "rolled back",
};

function publicationLines(node: PublicationNode): string[] {
	const { files, bytes, removedAt } = node;
	const size = `${files} ${files === 1 ? "file" : "files"}, ${bytesInWords(bytes)}`;
	const by = node.by === null ? "" : ` by ${node.by}`;
	return [
		`object ${short(node.object)}, ${size}`,
		`${HOW[node.how]}${by} in ${node.attempt}, ${timeInWords(node.at)} UTC (#${node.publication})`,
		...(removedAt === null
			? []
			: [`Its object was removed, ${timeInWords(removedAt)} UTC.`]),
	];
}

function attemptLines(node: AttemptNode): string[] {
	const { image, entrypoint, command, params, env, result } = node;
	const { startedAt, unchangedSince, unknown } = node;
	return [
		...(startedAt === null ? [] : [`started ${timeInWords(startedAt)} UTC`]),
		...(image.key === null
			? []
			: [
					`image ${image.name ?? "?"}, id ${image.id}, key ${short(image.key)}`,
				]),
		...(entrypoint === null ? [] : [`entrypoint ${words(entrypoint)}`]),
		...(command.length === 0 ? [] : [`command ${words(command)}`]),
		...pairs("params", params),
		...(env.length === 0 ? [] : [`env ${env.join(", ")}`]),
		...pairs("result", result ?? {}),
		...(unchangedSince === null
			? []
			: ["unchanged: what an earlier attempt gave stands in"]),
		...(unknown === null ? [] : [unknown]),
	];
}

const words = (command: readonly string[]): string =>
	command
		.map((word) =>
			/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word),
		)
		.join(" ");

function pairs(name: string, of: { readonly [key: string]: Json }): string[] {
	const entries = Object.entries(of);
	if (entries.length === 0) return [];
	const all = entries.map(
		([key, value]) =>
			`${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
	);
	return [`${name} ${all.join("  ")}`];
}

const short = (hash: string): string => hash.slice(0, 12);
