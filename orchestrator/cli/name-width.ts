/** How wide a column of these names is: what stands beside them lines up, unless a name is very long. */
export const nameWidth = (
	named: readonly { readonly name: string }[],
): number =>
	named.reduce(
		(width, { name }) =>
			name.length > MOST ? width : Math.max(width, name.length),
		LEAST,
	);

const LEAST = 18;
const MOST = 40;
