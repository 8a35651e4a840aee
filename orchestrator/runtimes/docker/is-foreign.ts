import type { ContainerName } from "../../model/words.ts";
import type { DockerWorld } from "./docker-runtime.ts";
import { asUnreachable } from "./engine-errors.ts";
import { isOwned, type ListLine } from "./labels.ts";

/** Has the name been given to somebody else's container? The list tells that also of one that cannot be looked at. */
export async function isForeign(
	{ calls, owner }: DockerWorld,
	name: ContainerName,
): Promise<boolean> {
	const filters = JSON.stringify({ name: [`^/?${name}$`] });
	const query = { all: "1", filters };
	try {
		const lines = await calls.json("GET", "/containers/json", { query });
		return (lines as ListLine[]).some(({ Labels }) => !isOwned(Labels, owner));
	} catch (error) {
		throw asUnreachable(error);
	}
}
