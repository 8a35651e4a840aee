import type { Cause, Ref } from "./causes.ts";
import type { LineageEdge, LineageGraph, LineageNode } from "./graph.ts";
import { type LineageReader, Lookups } from "./lookups.ts";

/** Everything that something came from. Each thing is expanded once, so that what many came from is one node, and even a damaged database in which something came from itself comes to an end. */
export async function lineageOf(
	start: Ref,
	reader: LineageReader,
): Promise<LineageGraph> {
	const lookups = new Lookups(reader);
	const nodes = new Map<string, LineageNode>();
	const edges = new Map<string, LineageEdge>();
	const left: Step[] = [{ ref: start, from: null }];
	let of = "";
	for (let step = left.pop(); step; step = left.pop()) {
		const { node, causes } = await lookups.find(step.ref);
		if (step.from) addEdge(edges, step.from, node.id);
		else of = node.id;
		if (nodes.has(node.id)) continue;
		nodes.set(node.id, node);
		// The last one first, because the next one is taken from the end.
		for (const { how, input, ref } of causes.toReversed())
			left.push({ ref, from: { id: node.id, how, input } });
	}
	return { of, nodes: [...nodes.values()], edges: [...edges.values()] };
}

interface Step {
	readonly ref: Ref;
	/** Null for what was asked about. */
	readonly from: Origin | null;
}

interface Origin extends Omit<Cause, "ref"> {
	readonly id: string;
}

function addEdge(
	edges: Map<string, LineageEdge>,
	{ id: from, how, input }: Origin,
	to: string,
): void {
	edges.set(JSON.stringify([from, how, input, to]), { from, to, how, input });
}
