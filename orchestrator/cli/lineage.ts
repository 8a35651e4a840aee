import { answer } from "./answer.ts";
import { withReader } from "./reach.ts";

/** Everything that a path, an object or a task of a run came from. */
export async function lineage(
	of: string,
	{ json, mermaid }: { readonly json?: boolean; readonly mermaid?: boolean },
): Promise<void> {
	await withReader(async (reader) => {
		const graph = await reader.lineage(of);
		const { lineageMermaid } = await import("./lineage/mermaid.ts");
		const { lineageText } = await import("./lineage/text.ts");
		answer(graph, json, () =>
			mermaid ? lineageMermaid(graph) : lineageText(graph),
		);
	});
}
