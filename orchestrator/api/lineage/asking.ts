import type { LineageGraph } from "./graph.ts";

/** What can be asked about where things came from. */
export interface Tracing {
	/** Everything that a path, an object or a task of a run came from, up to files from outside. */
	lineage(of: string): Promise<LineageGraph>;
}
