import { timingSafeEqual } from "node:crypto";
import { type Context, Hono } from "hono";
import type { RunId, TaskName } from "../model/words.ts";
import { type Berth, type LogRequest, Refused } from "./berth.ts";
import { addExplaining } from "./explaining-routes.ts";
import { answerTo } from "./failures.ts";
import { addTracing } from "./lineage-routes.ts";
import { addPublications } from "./publication-routes.ts";
import { addReplaying } from "./replaying-routes.ts";
import {
	definedOf,
	logQuery,
	retryRequest,
	runFilter,
	startRequest,
	sweepRequest,
	variable,
} from "./requests.ts";
import { lines } from "./stream-lines.ts";
import type { RunView } from "./views.ts";

/** Requests in, JSON out. Streams are one JSON value a line. Every request carries the token. */
export function routesOf(berth: Berth, token: string): Hono {
	const app = new Hono();
	app.get("/health", async (c) => {
		// Whoever restarts what is unhealthy mends no path that is in the way. What the troubles are is told to who has the token.
		const { troubles, isHeld } = await berth.about();
		return isHeld
			? c.json({ status: "in trouble", troubles: troubles.length }, 503)
			: c.json({ status: "ok", troubles: troubles.length });
	});
	app.use("/api/*", async (c, next) =>
		isToken(c.req.header("authorization"), token)
			? next()
			: c.json(
					{
						error:
							"This needs the token from .berth/server.json (Authorization: Bearer …).",
					},
					401,
				),
	);
	app.onError((error, c) => answerTo(error, c));
	app.notFound((c) =>
		c.json({ error: `There is nothing at ${c.req.path}.` }, 404),
	);
	addReading(app, berth);
	addPublications(app, berth);
	addWishes(app, berth);
	addStreams(app, berth);
	addExplaining(app, berth);
	addReplaying(app, berth);
	addTracing(app, berth);
	return app;
}

function addReading(app: Hono, berth: Berth): void {
	app.get("/api/about", async (c) => c.json(await berth.about()));
	app.get("/api/pipelines", async (c) => c.json(await berth.pipelines()));
	app.get("/api/runs", async (c) =>
		c.json(await berth.runs(definedOf(runFilter.parse(c.req.query())))),
	);
	app.get("/api/runs/:id", async (c) => c.json(await berth.run(idOf(c))));
	app.get("/api/vars", async (c) => c.json(await berth.vars()));
	app.get("/api/artifacts", async (c) =>
		c.json(await berth.artifacts(c.req.query("path") ?? "")),
	);
}

function addWishes(app: Hono, berth: Berth): void {
	app.post("/api/runs", async (c) =>
		c.json(
			await berth.start(definedOf(startRequest.parse(await c.req.json()))),
			201,
		),
	);
	app.post("/api/sweeps", async (c) =>
		c.json(
			await berth.sweep(definedOf(sweepRequest.parse(await c.req.json()))),
			201,
		),
	);
	app.post("/api/sweeps/:id/resume", async (c) =>
		c.json(await berth.resumeSweep(idOf(c))),
	);
	app.post("/api/runs/:id/cancel", async (c) =>
		c.json(await berth.cancel(idOf(c))),
	);
	app.post("/api/runs/:id/retry", async (c) => {
		const text = await c.req.text();
		const wish = retryRequest.parse(text === "" ? {} : JSON.parse(text));
		return c.json(await berth.retry(idOf(c), definedOf(wish)), 201);
	});
	app.put("/api/vars/:name", async (c) => {
		await berth.setVar(
			c.req.param("name"),
			variable.parse(await c.req.json()).value,
		);
		return c.body(null, 204);
	});
	app.delete("/api/vars/:name", async (c) => {
		await berth.unsetVar(c.req.param("name"));
		return c.body(null, 204);
	});
}

function addStreams(app: Hono, berth: Berth): void {
	app.get("/api/runs/:id/watch", async (c) => {
		await berth.run(idOf(c));
		return lines(c, (signal) => berth.watch(idOf(c), signal));
	});
	app.get("/api/runs/:id/tasks/:task/log", async (c) => {
		const { follow, ...rest } = definedOf(logQuery.parse(c.req.query()));
		const request: LogRequest = {
			run: idOf(c),
			task: c.req.param("task") as TaskName,
			follow: follow === "true",
			...rest,
		};
		refuseUnknown(request, await berth.run(request.run));
		return lines(c, (signal) => berth.logs(request, signal));
	});
}

/** Before the stream begins, because afterwards there is no status to tell it with. */
function refuseUnknown(
	{ run: id, task: name, attempt = 0 }: LogRequest,
	run: RunView,
): void {
	const task = run.tasks.find((one) => one.name === name);
	if (!task)
		throw new Refused("not-found", `Run "${id}" has no task "${name}".`);
	if (attempt > task.attempts.length)
		throw new Refused(
			"not-found",
			`Task "${name}" has no attempt ${attempt}; it has had ${task.attempts.length}.`,
		);
}

const idOf = (c: Context): RunId => (c.req.param("id") ?? "") as RunId;

function isToken(header: string | undefined, token: string): boolean {
	const given = Buffer.from(header ?? "");
	const wanted = Buffer.from(`Bearer ${token}`);
	return given.length === wanted.length && timingSafeEqual(given, wanted);
}
