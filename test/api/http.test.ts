import { stat } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../orchestrator/api/connect.ts";
import type { RunView } from "../../orchestrator/api/views.ts";
import type { RunId, TaskName } from "../../orchestrator/model/words.ts";
import { type Going, type Home, openHome } from "../rig/berth-process.ts";
import { readNote } from "./read-note.ts";

let home: Home;
let up: Going;
let address = "";
let token = "";
beforeAll(async () => {
	home = await openHome();
	await home.pipeline(
		"p",
		'tool("a", ["say", "seed " + params.seed]);',
		"{ params: { seed: z.int().default(1) } }",
	);
	await home.pipeline("slow", `tool("a", ["until", "${home.at("gate")}"]);`);
	// As a kill may leave it, and open to everybody.
	await home.write("data/.berth/server.json.draft", "{");
	up = home.start(["up"]);
	await up.says(/berth answers at/);
	({ address, token } = await readNote(home.at("data")));
});
afterAll(async () => {
	up.kill("SIGTERM");
	await up.ended;
	await home.close();
});

interface Reply {
	readonly status: number;
	readonly body: { readonly error?: string } & Partial<RunView>;
}

async function ask(
	method: string,
	path: string,
	body?: unknown,
	as: string = token,
): Promise<Reply> {
	const answer = await fetch(`${address}/api${path}`, {
		method,
		headers: { authorization: `Bearer ${as}` },
		...(body === undefined
			? {}
			: { body: typeof body === "string" ? body : JSON.stringify(body) }),
	});
	const text = await answer.text();
	const value = text === "" ? {} : (JSON.parse(text) as Reply["body"]);
	return { status: answer.status, body: value };
}

async function runOf(pipeline: string): Promise<string> {
	const { status, body } = await ask("POST", "/runs", { pipeline });
	expect(status).toBe(201);
	return encodeURIComponent(body.id ?? "");
}

describe("who may ask", () => {
	test("nobody without the token, which only the owner of the folder can read", async () => {
		for (const wrong of ["", "x", token.slice(1), `${token}x`])
			expect(await ask("GET", "/runs", undefined, wrong)).toEqual({
				status: 401,
				body: { error: expect.stringContaining("token") },
			});
		expect((await fetch(`${address}/api/runs`)).status).toBe(401);
		expect((await fetch(`${address}/health`)).status).toBe(200);
		const { mode } = await stat(home.at("data/.berth/server.json"));
		expect(mode & 0o777).toBe(0o600);
		await expect(
			stat(home.at("data/.berth/server.json.draft")),
		).rejects.toThrow("ENOENT");
	});

	test("nobody from another machine", async () => {
		const { port } = new URL(address);
		const outside = Object.values(networkInterfaces())
			.flatMap((known) => known ?? [])
			.filter(({ internal, family }) => !internal && family === "IPv4");
		for (const { address: at } of outside)
			await expect(fetch(`http://${at}:${port}/health`)).rejects.toThrow();
	});
});

describe("what cannot be done is told in a sentence", () => {
	test.each([
		["POST", "/runs", "{", 400, "not JSON"],
		["POST", "/runs", {}, 400, "pipeline: wanted a pipeline's name."],
		["POST", "/runs", { pipeline: "p", ds: "2026-02-30" }, 400, "ds: wanted"],
		["POST", "/runs", { pipeline: "p", dats: "x" }, 400, "dats"],
		["POST", "/runs", { pipeline: "p", params: { seed: "x" } }, 400, "seed"],
		["POST", "/runs", { pipeline: "pp" }, 404, 'no pipeline "pp"'],
		["GET", "/runs?limit=0", undefined, 400, "limit: wanted a whole number"],
		["GET", "/runs?status=done", undefined, 400, "status: wanted one of"],
		["GET", "/runs?stats=failed", undefined, 400, "stats"],
		["GET", "/runs/none", undefined, 404, 'no run "none"'],
		["GET", "/runs/none/watch", undefined, 404, 'no run "none"'],
		["GET", "/runs/none/tasks/a/log", undefined, 404, 'no run "none"'],
		["POST", "/runs/none/cancel", undefined, 404, 'no run "none"'],
		["POST", "/runs/none/retry", undefined, 404, 'no run "none"'],
		["PUT", "/vars/a", { valu: "x" }, 400, "value: wanted a string"],
		["PUT", "/vars/1a", { value: "x" }, 400, "variable's name"],
		["DELETE", "/vars/none", undefined, 404, 'no variable "none"'],
		["GET", "/nothing", undefined, 404, "nothing at /api/nothing"],
	] as const)("%s %s %j: %i", async (method, path, body, status, sentence) => {
		expect(await ask(method, path, body)).toMatchObject({
			status,
			body: { error: expect.stringContaining(sentence) },
		});
	});

	test("a run that is over cannot be cancelled, one that goes on not retried", async () => {
		const done = await runOf("p");
		await linesOf(`/runs/${done}/watch`);
		expect(await ask("POST", `/runs/${done}/cancel`)).toMatchObject({
			status: 409,
			body: { error: expect.stringContaining("over already: succeeded") },
		});
		const slow = await runOf("slow");
		expect(await ask("POST", `/runs/${slow}/retry`)).toMatchObject({
			status: 409,
		});
		expect(await ask("POST", `/runs/${slow}/cancel`)).toMatchObject({
			status: 200,
		});
		await linesOf(`/runs/${slow}/watch`);
		expect(await ask("POST", `/runs/${slow}/cancel`)).toMatchObject({
			status: 409,
		});
	});
});

async function linesOf(path: string): Promise<Record<string, unknown>[]> {
	const answer = await fetch(`${address}/api${path}`, {
		headers: { authorization: `Bearer ${token}` },
	});
	expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
	const text = await answer.text();
	return text
		.trimEnd()
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("a run is watched until nothing of it is left, and its log can be read", async () => {
	const { body } = await ask("POST", "/runs", {
		pipeline: "p",
		ds: "2026-11-20",
		params: { seed: 3 },
	});
	expect(body).toMatchObject({ ds: "2026-11-20", params: { seed: 3 } });
	const id = encodeURIComponent(body.id ?? "");
	const views = await linesOf(`/runs/${id}/watch`);
	expect(views.at(-1)).toMatchObject({ settled: true, status: "succeeded" });
	expect(views.at(-1)).toEqual((await ask("GET", `/runs/${id}`)).body);
	for (const query of ["", "?follow=true", "?tail=1", "?attempt=1"])
		expect(await linesOf(`/runs/${id}/tasks/a/log${query}`)).toMatchObject([
			{ attempt: 1, stream: "stdout", complete: true, text: "seed 3" },
		]);
	expect(await ask("GET", `/runs/${id}/tasks/a/log?attempt=2`)).toMatchObject({
		status: 404,
	});
	expect(await ask("GET", `/runs/${id}/tasks/b/log`)).toMatchObject({
		status: 404,
	});
});

test("asking again with the same key makes no second run", async () => {
	const wish = { pipeline: "slow", key: "01KAE7Q4ZJ8W1V9C0R3N5T6Y7B" };
	const first = await ask("POST", "/runs", wish);
	expect(first.body.id).toMatch(/^slow@.*~01KAE7Q4ZJ8W1V9C0R3N5T6Y7B$/);
	expect(await ask("POST", "/runs", wish)).toMatchObject({
		status: 201,
		body: { id: first.body.id },
	});
	const id = encodeURIComponent(first.body.id ?? "");
	await ask("POST", `/runs/${id}/cancel`);
	await linesOf(`/runs/${id}/watch`);
	const retry = { key: "01KAE7Q4ZJ8W1V9C0R3N5T6Y7C" };
	const again = await ask("POST", `/runs/${id}/retry`, retry);
	expect(await ask("POST", `/runs/${id}/retry`, retry)).toMatchObject({
		body: { id: again.body.id, trigger: "retry" },
	});
	await ask("POST", `/runs/${encodeURIComponent(again.body.id ?? "")}/cancel`);
});

test("variables come and go", async () => {
	expect(await ask("PUT", "/vars/a", { value: "1" })).toEqual({
		status: 204,
		body: {},
	});
	expect(await ask("GET", "/vars")).toMatchObject({
		body: [{ name: "a", value: "1", updatedAt: expect.stringMatching(/Z$/) }],
	});
	expect(await ask("DELETE", "/vars/a")).toMatchObject({ status: 204 });
});

test("who stops looking on is let go, on both sides", async () => {
	const client = await connect(home.at("data/.berth"));
	if (!client) throw new Error("Nobody answers.");
	const { id } = await client.start({ pipeline: "slow", params: {} });
	const stop = new AbortController();
	const request = { run: id as RunId, task: "a" as TaskName, follow: true };
	for await (const line of client.logs(request, stop.signal)) {
		expect(line).toMatchObject({ attempt: 1, text: "waiting" });
		stop.abort();
	}
	for await (const view of client.watch(id as RunId, AbortSignal.abort()))
		expect(view).toBe("nothing, because nobody looks");
	expect(await client.cancel(id as RunId)).toMatchObject({ id });
	let last: RunView | null = null;
	for await (const view of client.watch(
		id as RunId,
		new AbortController().signal,
	))
		last = view;
	expect(last).toMatchObject({ status: "cancelled", settled: true });
	await client.close();
});

describe("where things came from, and doing them again", () => {
	test("a run is replayed and compared over HTTP; what is no replay is refused", async () => {
		const run = await runOf("p");
		const waiting = await ask("GET", `/runs/${run}/replay`);
		expect(waiting).toMatchObject({
			status: 409,
			body: { error: expect.stringContaining("is no replay") },
		});
		await settled(run);
		const replay = await ask("POST", `/runs/${run}/replay`, { by: "alice" });
		expect(replay).toMatchObject({
			status: 201,
			body: { trigger: "replay", replays: decodeURIComponent(run) },
		});
		const id = encodeURIComponent(replay.body.id ?? "");
		await settled(id);
		expect(await ask("GET", `/runs/${id}/replay`)).toMatchObject({
			status: 200,
			body: {
				of: decodeURIComponent(run),
				identical: true,
				tasks: [{ name: "a", outcome: "identical" }],
			},
		});
		expect(await ask("POST", `/runs/${run}/replay`, { only: 3 })).toMatchObject(
			{ status: 400 },
		);
	});

	test("a lineage is asked by a task or a path; one of nothing is refused", async () => {
		const run = await runOf("p");
		await settled(run);
		expect(await ask("GET", `/lineage?of=${run}/a`)).toMatchObject({
			status: 200,
			body: { of: `attempt:${decodeURIComponent(run)}/a/1`, edges: [] },
		});
		expect(await ask("GET", "/lineage?of=nothing")).toMatchObject({
			status: 404,
		});
		expect(await ask("GET", "/lineage")).toMatchObject({ status: 400 });
	});

	/** Watches it to its end. */
	const settled = async (run: string): Promise<void> => {
		const watching = await fetch(`${address}/api/runs/${run}/watch`, {
			headers: { authorization: `Bearer ${token}` },
		});
		await watching.text();
	};
});
