import type {
	LineageEdge,
	LineageGraph,
	LineageNode,
} from "../../api/lineage/graph.ts";
import { printable } from "../../model/quoted.ts";
import { detailsOf, headOf } from "./words.ts";

/** A lineage as an indented tree. What was printed before is referred to, and what lies too deep to be read goes on in a part of its own. */
export function lineageText({ of, nodes, edges }: LineageGraph): string {
	const page = new Page(nodes, edges);
	return page.print(of).map(printable).join("\n");
}

interface Item {
	readonly id: string;
	/** How the thing above came from it. */
	readonly label: string;
	readonly depth: number;
}

class Page {
	readonly #nodes: ReadonlyMap<string, LineageNode>;
	readonly #edges: ReadonlyMap<string, readonly LineageEdge[]>;
	readonly #lines: string[] = [];
	/** Node → where it is printed. */
	readonly #places = new Map<string, string>();
	readonly #parts: string[] = [];

	constructor(nodes: readonly LineageNode[], edges: readonly LineageEdge[]) {
		this.#nodes = new Map(nodes.map((node) => [node.id, node]));
		this.#edges = Map.groupBy(edges, ({ from }) => from);
	}

	print(of: string): readonly string[] {
		this.#tree({ id: of, label: "", depth: 0 });
		for (let n = 0; n < this.#parts.length; n++) {
			this.#lines.push("");
			this.#tree({ id: this.#parts[n] ?? "", label: `[${n + 1}] `, depth: 0 });
		}
		return this.#lines;
	}

	#tree(root: Item): void {
		this.#places.delete(root.id);
		const left = [root];
		for (let item = left.pop(); item; item = left.pop()) {
			const causes = this.#item(item);
			left.push(...causes.toReversed());
		}
	}

	/** Prints it; answers what comes below. */
	#item({ id, label, depth }: Item): readonly Item[] {
		const node = this.#nodes.get(id);
		if (!node) return [];
		const indent = "  ".repeat(depth);
		const head = `${indent}${label}${headOf(node)}`;
		const edges = this.#edges.get(id) ?? [];
		const place = this.#places.get(id);
		if (place !== undefined) {
			this.#lines.push(`${head} (see ${place})`);
			return [];
		}
		if (depth >= DEEPEST && edges.length > 0) {
			const part = `[${this.#parts.push(id)}]`;
			this.#places.set(id, part);
			this.#lines.push(`${head} (goes on at ${part})`);
			return [];
		}
		this.#places.set(id, "above");
		this.#lines.push(head);
		for (const detail of detailsOf(node))
			this.#lines.push(`${indent}    ${detail}`);
		return edges.map((edge) => ({
			id: edge.to,
			label: labelOf(edge),
			depth: depth + 1,
		}));
	}
}

/** Deeper than this nobody can follow an indentation. */
const DEEPEST = 24;

function labelOf({ how, input }: LineageEdge): string {
	switch (how) {
		case "made-by":
			return "← made by ";
		case "promoted-from":
			return "← from ";
		case "took":
			return `← ${input}: `;
		case "found-by":
			return "← found by ";
	}
}
