import type {
	LineageEdge,
	LineageGraph,
	LineageNode,
} from "../../api/lineage/graph.ts";
import { printable } from "../../model/quoted.ts";
import { bytesInWords } from "../table.ts";
import { headOf } from "./words.ts";

/** A lineage as a Mermaid flowchart: arrows lead from what something was made from to what was made. */
export function lineageMermaid({ nodes, edges }: LineageGraph): string {
	const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
	const tooMany =
		edges.length > MOST_EDGES
			? [
					`%% ${edges.length} arrows: Mermaid draws ${MOST_EDGES}, unless its maxEdges is raised.`,
				]
			: [];
	return [
		"flowchart LR",
		...tooMany,
		...nodes.map((node) => `  ${names.get(node.id)}${shape(node)}`),
		...edges.flatMap((edge) => arrow(edge, names)),
	].join("\n");
}

/** Mermaid's own limit. */
const MOST_EDGES = 500;

function arrow(
	{ from, to, how, input }: LineageEdge,
	names: ReadonlyMap<string, string>,
): string[] {
	const [cause, effect] = [names.get(to), names.get(from)];
	if (cause === undefined || effect === undefined) return [];
	const label = input ?? WORDS[how];
	return [
		`  ${cause} -->${label === null ? "" : `|"${quoted(label)}"|`} ${effect}`,
	];
}

const WORDS: Record<LineageEdge["how"], string | null> = {
	"made-by": null,
	"promoted-from": "promoted",
	took: null,
	"found-by": "found",
};

/** What is stored is a drum, what computes a box, what comes from outside leans, what waits has six corners. */
function shape(node: LineageNode): string {
	const label = `"${[headOf(node), ...more(node)].map(quoted).join("<br/>")}"`;
	switch (node.kind) {
		case "publication":
			return `[(${label})]`;
		case "object":
			return node.copies === null ? `[(${label})]` : `[/${label}/]`;
		case "attempt":
			return `[${label}]`;
		case "file":
		case "files":
			return `[/${label}/]`;
		case "sensor":
			return `{{${label}}}`;
	}
}

function more(node: LineageNode): string[] {
	switch (node.kind) {
		case "publication":
			return [
				`object ${node.object.slice(0, 12)}`,
				...(node.how === "promoted" || node.how === "rolled-back"
					? [`${node.how}${node.by === null ? "" : ` by ${node.by}`}`]
					: []),
				...(node.removedAt === null ? [] : ["removed"]),
			];
		case "attempt":
			return [
				...(node.image.name === null ? [] : [`image ${node.image.name}`]),
				...(node.command.length === 0 ? [] : [node.command.join(" ")]),
				...(node.unknown === null ? [] : [node.unknown]),
			];
		case "file":
			return [bytesInWords(node.bytes), `sha256 ${node.sha256.slice(0, 12)}`];
		case "files":
			return [`all ${node.contents.slice(0, 12)}`];
		case "sensor":
			return [`waited for ${node.waitedFor}`];
		case "object":
			return node.copies === null
				? []
				: [`${node.copies.files} files`, `object ${node.object.slice(0, 12)}`];
	}
}

/** Whatever Mermaid, or the HTML that it makes, could take for its own becomes a number. */
const quoted = (text: string): string =>
	cut(printable(text)).replace(
		/[^\p{L}\p{N} .,_/@:=+-]/gu,
		(character) => `#${character.codePointAt(0)};`,
	);

const cut = (text: string): string =>
	[...text].length > LONGEST
		? `${[...text].slice(0, LONGEST).join("")}…`
		: text;

const LONGEST = 80;
