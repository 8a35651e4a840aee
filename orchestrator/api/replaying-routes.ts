import type { Context, Hono } from "hono";
import type { RunId } from "../model/words.ts";
import { goneSignal } from "./gone.ts";
import type { Replaying } from "./replaying.ts";
import { definedOf, replayRequest } from "./requests.ts";

/** Requests about doing a run again. */
export function addReplaying(app: Hono, berth: Replaying): void {
	app.post("/api/runs/:id/replay", async (c) => {
		const text = await c.req.text();
		const asked = replayRequest.parse(text === "" ? {} : JSON.parse(text));
		return c.json(
			await berth.replay({ run: idOf(c), ...definedOf(asked) }),
			201,
		);
	});
	app.get("/api/runs/:id/replay", async (c) =>
		c.json(await berth.replayed(idOf(c), goneSignal(c))),
	);
}

const idOf = (c: Context): RunId => (c.req.param("id") ?? "") as RunId;
