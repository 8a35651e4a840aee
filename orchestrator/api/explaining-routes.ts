import type { Hono } from "hono";
import type { RunId, TaskName } from "../model/words.ts";
import type { Explaining } from "./explaining.ts";
import { goneSignal } from "./gone.ts";
import { definedOf, diffQuery, statusRequest } from "./requests.ts";

/** Requests about why things are as they are. */
export function addExplaining(app: Hono, berth: Explaining): void {
	app.get("/api/runs/:id/tasks/:task/why", async (c) =>
		c.json(
			await berth.why(
				c.req.param("id") as RunId,
				c.req.param("task") as TaskName,
				goneSignal(c),
			),
		),
	);
	app.get("/api/diff", async (c) => {
		const { a, b } = diffQuery.parse(c.req.query());
		return c.json(await berth.diff(a, b, goneSignal(c)));
	});
	// A request with a body, because params are one. It changes nothing.
	app.post("/api/status", async (c) => {
		const request = definedOf(statusRequest.parse(await c.req.json()));
		return c.json(await berth.status(request, goneSignal(c)));
	});
}
