import type { ContainerName } from "../../model/words.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { asUnreachable, isStatus, unreachable } from "./engine-errors.ts";
import { inspect } from "./inspect.ts";

/** Resolves once the one who is removing it has done so. The engine answers also when that has failed: then it must be asked again. */
export async function untilRemoved(
	calls: EngineCalls,
	name: ContainerName,
): Promise<void> {
	try {
		const query = { condition: "removed" };
		await calls.json("POST", `/containers/${name}/wait`, {
			query,
			isLong: true,
		});
	} catch (error) {
		if (!isStatus(error, 404)) throw asUnreachable(error);
	}
	if (await inspect(calls, name))
		throw unreachable(`${name} was being removed, and is still there`);
}
