import fc from "fast-check";
import { expect, test } from "vitest";
import { Claims } from "../../orchestrator/define/claims.ts";

test("a path is refused exactly when a claimed one is equal to it, above it or below it", () => {
	const path = fc
		.array(fc.constantFrom("a", "b", "ab"), { minLength: 1, maxLength: 4 })
		.map((parts) => parts.join("/"));
	fc.assert(
		fc.property(fc.array(path, { maxLength: 12 }), (paths) => {
			const claims = new Claims<number>();
			const taken: string[] = [];
			for (const [index, next] of paths.entries()) {
				const clash = taken.some(
					(other) =>
						`${next}/`.startsWith(`${other}/`) ||
						`${other}/`.startsWith(`${next}/`),
				);
				expect(claims.add(next, index) !== null).toBe(clash);
				if (!clash) taken.push(next);
			}
		}),
	);
});
