/** Names for a sentence: a plan may have thousands. */
export function fewNames(names: readonly string[]): string {
	const rest = names.length - MOST_NAMES;
	return rest <= 0
		? names.join(", ")
		: `${names.slice(0, MOST_NAMES).join(", ")} and ${rest} more`;
}

const MOST_NAMES = 30;
