import type { CachePolicy, ContainerWork } from "./plan.ts";
import type { Instant } from "./words.ts";

/** What a task's plan says of its cache. */
export const policyOf = ({ cache }: ContainerWork): CachePolicy =>
	cache ?? { kind: "never", because: "an older berth planned it" };

/** May what an earlier attempt gave stand in for its own? */
export function isLookedUp(policy: CachePolicy): boolean {
	switch (policy.kind) {
		case "always":
		case "for":
			return true;
		case "refresh":
		case "never":
			return false;
	}
}

/** Is what was given then young enough? */
export const isFresh = (
	{ at }: { readonly at: Instant },
	policy: CachePolicy,
	now: Instant,
): boolean => policy.kind !== "for" || now - at <= policy.ms;
