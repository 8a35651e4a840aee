import type { Hono } from "hono";
import type { Tracing } from "./lineage/asking.ts";
import { lineageQuery } from "./requests.ts";

/** Requests about where things came from. */
export function addTracing(app: Hono, berth: Tracing): void {
	app.get("/api/lineage", async (c) =>
		c.json(await berth.lineage(lineageQuery.parse(c.req.query()).of)),
	);
}
