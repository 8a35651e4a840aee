import type { ContainerName } from "../../model/words.ts";
import { Container } from "./container.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { asUnreachable, isStatus } from "./engine-errors.ts";

/** How a container is now; null when there is none. An engine that fails at this tells of itself, and nothing of the container. */
export async function inspect(
	calls: EngineCalls,
	name: ContainerName,
): Promise<Container | null> {
	try {
		return Container.parse(await calls.json("GET", `/containers/${name}/json`));
	} catch (error) {
		if (isStatus(error, 404)) return null;
		throw asUnreachable(error);
	}
}
