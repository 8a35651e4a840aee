import type { CachePolicy, ContainerWork } from "../model/plan.ts";
import type { ReadContainer } from "./container-schema.ts";
import { passingVariable } from "./told.ts";

/** What the author says; else a task is cached that can reach nothing but what it declares, and that has something to keep. */
export function cachePolicy(
	read: ReadContainer,
	work: ContainerWork,
): CachePolicy {
	const { cache } = read;
	if (cache === false)
		return { kind: "never", because: "its pipeline says so" };
	if (cache === true) return { kind: "always" };
	if (cache !== undefined) return { kind: "for", ms: cache.for };
	const because = whyNot(read, work);
	return because === null ? { kind: "always" } : { kind: "never", because };
}

/** What it gives may depend on what no one declared. */
function whyNot(read: ReadContainer, work: ContainerWork): string | null {
	if (read.network !== "none")
		return `it has a network ("${read.network}"), where anything may have changed`;
	if (read.mounts.length > 0)
		return "it has folders of the host, where anything may have changed";
	if (read.devices.length > 0) return "it has devices of the host";
	if (Object.keys(read.out).length === 0) return "it has no outputs";
	const passing = passingVariable(work);
	if (passing !== null)
		return `it names $${passing}, which is another each time`;
	return null;
}
