import type { Hono } from "hono";
import type { RunId, TaskName } from "../model/words.ts";
import type { Explaining } from "./explaining.ts";
import { definedOf, statusRequest } from "./requests.ts";

/** Requests about why things are as they are. */
export function addExplaining(app: Hono, berth: Explaining): void {
	app.get("/api/runs/:id/tasks/:task/why", async (c) =>
		c.json(
			await berth.why(
				c.req.param("id") as RunId,
				c.req.param("task") as TaskName,
			),
		),
	);
	// A request with a body, because params are one. It changes nothing.
	app.post("/api/status", async (c) =>
		c.json(
			await berth.status(definedOf(statusRequest.parse(await c.req.json()))),
		),
	);
}
