import { drive } from "./drive.ts";
import type { EngineWatch } from "./engine-watch.ts";
import { keyOf, type Sighting, sightings } from "./points.ts";
import type { Recordings } from "./rows.ts";
import { Site } from "./site.ts";
import type { Order } from "./task.ts";

/**
 * The points that undisturbed runs come to, so that none is forgotten. When it is done twice, with the names of those that only one of
 * two runs came to.
 */
export async function recordAll(
	watch: EngineWatch,
	isTwice: boolean,
): Promise<{ recordings: Recordings; unsure: readonly string[] }> {
	const unsure = new Set<string>();
	const certain = async (told: Order | "cancel") => {
		const [one, other] = await Promise.all([
			record(watch, told),
			isTwice ? record(watch, told) : null,
		]);
		if (!other) return one;
		for (const point of [...without(one, other), ...without(other, one)])
			unsure.add(keyOf(point));
		return one.filter((point) => !without(one, other).includes(point));
	};
	const recordings = {
		"0": await certain("0"),
		"7": await certain("7"),
		oom: await certain("oom"),
		cancel: await certain("cancel"),
	};
	return { recordings, unsure: [...unsure] };
}

const without = (these: readonly Sighting[], those: readonly Sighting[]) => {
	const keys = new Set(those.map(keyOf));
	return these.filter((point) => !keys.has(keyOf(point)));
};

async function record(
	watch: EngineWatch,
	told: Order | "cancel",
): Promise<readonly Sighting[]> {
	const site = await Site.open(watch.engine.host);
	const berth = site.up(null);
	try {
		let steadyAt = 0;
		await drive(site, berth, told, () => {
			steadyAt = site.seen().length;
		});
		berth.kill("SIGTERM");
		await berth.ended;
		return sightings(site.seen(), steadyAt, told === "cancel");
	} finally {
		await site.close();
	}
}
