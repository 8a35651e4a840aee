import type { PublicationView } from "../api/views.ts";
import { answer } from "./answer.ts";
import { withReader } from "./reach.ts";
import { bytesInWords, table, timeInWords } from "./table.ts";

/** What is published under a path; of one path, all that ever was, newest first. */
export async function artifacts(
	path: string | undefined,
	{ json }: { readonly json?: boolean },
): Promise<void> {
	await withReader(async (reader) => {
		const publications = await reader.artifacts(path ?? "");
		answer(publications, json, () => listed(publications, path));
	});
}

const listed = (
	publications: readonly PublicationView[],
	path: string | undefined,
): string =>
	publications.length === 0
		? `Nothing is published${path ? ` at or below "${path}"` : " yet"}.`
		: table(
				["path", "object", "files", "size", "published (UTC)", "by"],
				publications.map(({ path, object, files, bytes, at, attempt }) => [
					path,
					object.slice(0, 12),
					files,
					bytesInWords(bytes),
					timeInWords(at),
					attempt,
				]),
			);
