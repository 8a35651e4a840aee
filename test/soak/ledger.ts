/** What the tasks themselves wrote down: the only witness that neither berth nor the engine can have wrong. */
export function readLedger(text: string): ReadonlyMap<string, Story> {
	const stories = new Map<string, Story>();
	for (const line of text.split("\n")) {
		const [run, task, attempt, verb, code] = line.split(" ");
		if (code === undefined && verb === undefined) continue;
		const id = `${run}/${task}/${attempt}`;
		const story = stories.get(id) ?? { starts: 0, end: null };
		stories.set(id, {
			starts: story.starts + (verb === "start" ? 1 : 0),
			end: verb === "start" ? story.end : endOf(verb, code),
		});
	}
	return stories;
}

/** Of one attempt. */
export interface Story {
	/** How often its program began. */
	readonly starts: number;
	/** How it was about to end by itself; null when it never came to that. */
	readonly end: { readonly code: number } | "hung" | null;
}

const endOf = (verb: string | undefined, code: string | undefined) =>
	verb === "hung" ? ("hung" as const) : { code: Number(code) };
