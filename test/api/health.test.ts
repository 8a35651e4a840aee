import { expect, test } from "vitest";
import type { Berth } from "../../orchestrator/api/berth.ts";
import { routesOf } from "../../orchestrator/api/routes.ts";

const PATH = 'Cannot bring "a" to its place.';

async function health(troubles: readonly string[], isHeld: boolean) {
	const about = async () => ({ troubles, isHeld });
	const berth = { about } as unknown as Berth;
	const answer = await routesOf(berth, "token").request("/health");
	return { status: answer.status, text: await answer.text() };
}

test("health is bad only while nothing can be remembered, and what the troubles are is nobody's business without the token", async () => {
	expect((await health([], false)).status).toBe(200);
	const lesser = await health([PATH], false);
	expect(lesser.status).toBe(200);
	expect(JSON.parse(lesser.text)).toEqual({ status: "ok", troubles: 1 });
	const held = await health([PATH, "The database is locked."], true);
	expect(held.status).toBe(503);
	expect(held.text).not.toContain("database");
});
