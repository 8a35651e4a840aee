/** What a call asks of the engine, in words: `create container`, `list images`, `inspect image`. */
export function callName(method: string, path: string): string {
	const [things = "", ...rest] = path.slice(1).split("/");
	const thing = things.replace(/s$/, "");
	const verb = rest.at(-1);
	if (method === "DELETE") return `remove ${thing}`;
	if (verb === undefined) return method === "GET" ? `list ${things}` : thing;
	if (verb === "json")
		return rest.length === 1 ? `list ${things}` : `inspect ${thing}`;
	return `${VERBS[verb] ?? verb} ${thing}`;
}

const VERBS: Readonly<Record<string, string>> = {
	archive: "look into",
	attach: "attach to",
	logs: "read log of",
	stats: "measure",
	wait: "wait for",
};
