import { channel } from "node:diagnostics_channel";

/**
 * Says that the process is right before, or right after, something that outlives it: a commit, a call to the engine, a step in the
 * file system. Nobody listens but the crash tests, which kill it there.
 */
export function boundary(name: Boundary): void {
	if (boundaries.hasSubscribers) boundaries.publish(name);
}

/** Does the work between its two boundaries. What fails has no second one. */
export async function bounded<T>(
	what: () => string,
	work: () => T | Promise<T>,
): Promise<T> {
	if (!boundaries.hasSubscribers) return work();
	boundary(`before ${what()}`);
	const done = await work();
	boundary(`after ${what()}`);
	return done;
}

type Boundary = `before ${string}` | `after ${string}`;

const boundaries = channel("berth:boundary");
