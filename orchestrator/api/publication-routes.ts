import type { Hono } from "hono";
import type { Berth } from "./berth.ts";
import {
	definedOf,
	gcRequest,
	promoteRequest,
	rollbackRequest,
} from "./requests.ts";
import { lines } from "./stream-lines.ts";

/** What paths held, and what they are to hold. 201 with the run that sees to it, 200 with null when there is nothing to do. */
export function addPublications(app: Hono, berth: Berth): void {
	app.get("/api/history", async (c) =>
		c.json(await berth.history(c.req.query("path") ?? "")),
	);
	app.post("/api/gc", async (c) => {
		const wish = definedOf(gcRequest.parse(await c.req.json()));
		return lines(c, (signal) => berth.gc(wish, signal));
	});
	app.post("/api/promote", async (c) => {
		const wish = definedOf(promoteRequest.parse(await c.req.json()));
		const run = await berth.promote(wish);
		return c.json(run, run === null ? 200 : 201);
	});
	app.post("/api/rollback", async (c) => {
		const wish = definedOf(rollbackRequest.parse(await c.req.json()));
		const run = await berth.rollback(wish);
		return c.json(run, run === null ? 200 : 201);
	});
}
