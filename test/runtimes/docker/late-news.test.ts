import { expect, test } from "vitest";
import type { ContainerName } from "../../../orchestrator/model/words.ts";
import { Container } from "../../../orchestrator/runtimes/docker/container.ts";
import type { EngineCalls } from "../../../orchestrator/runtimes/docker/engine-calls.ts";
import { EngineError } from "../../../orchestrator/runtimes/docker/engine-errors.ts";
import { untilRemoved } from "../../../orchestrator/runtimes/docker/until-removed.ts";
import { withLateNews } from "../../../orchestrator/runtimes/docker/witness.ts";
import { RuntimeUnreachable } from "../../../orchestrator/runtimes/port.ts";

const name = "berth-abc-train-1" as ContainerName;
const killed = {
	Id: "0123",
	Name: `/${name}`,
	State: {
		Status: "exited",
		Running: false,
		OOMKilled: false,
		ExitCode: 137,
		StartedAt: "2026-11-21T10:00:00Z",
		FinishedAt: "2026-11-21T10:05:00Z",
	},
	Config: {},
	HostConfig: {},
};

/** An engine that has this container, or none, and these events of it. */
function anEngine(there: typeof killed | null, events: readonly string[]) {
	const json = async (method: string) => {
		if (method === "POST") return { Error: { Message: "device is busy" } };
		if (there) return there;
		throw new EngineError(404, "No such container");
	};
	const stream = async function* () {
		for (const event of events) yield Buffer.from(event);
	};
	return { json, stream } as unknown as EngineCalls;
}

const toldOf = async (events: readonly string[], there = killed) =>
	(await withLateNews(anEngine(there, events), name, Container.parse(killed)))
		?.State.OOMKilled;

test("one that was killed ran out of memory, when only the engine's events say so, or it says so later", async () => {
	expect(await toldOf([`{"Action":"oom","name":"${name}"}`])).toBe(true);
	const later = { ...killed, State: { ...killed.State, OOMKilled: true } };
	expect(await toldOf([], later)).toBe(true);
	expect(await toldOf([])).toBe(false);
});

test("what somebody else could not remove is to be removed again, though the engine answers", async () => {
	const removing = untilRemoved(anEngine(killed, []), name);
	await expect(removing).rejects.toThrow(RuntimeUnreachable);
	await expect(removing).rejects.toThrow("is still there");
	await untilRemoved(anEngine(null, []), name);
});
