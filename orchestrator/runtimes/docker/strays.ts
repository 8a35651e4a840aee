import { z } from "zod";
import type { AttemptId, Instant, RunId } from "../../model/words.ts";
import type { Stray } from "../port.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { asUnreachable, isStatus } from "./engine-errors.ts";
import { LABEL, type Labels, type Owner, ownerFilter } from "./labels.ts";

/** What carries the owner's labels, and is not the container of an attempt. */
export async function listStrays(
	calls: EngineCalls,
	owner: Owner,
): Promise<readonly Stray[]> {
	const ask = (path: string, query = {}) =>
		calls.json("GET", path, {
			query: { ...query, filters: ownerFilter(owner) },
		});
	try {
		const [containers, networks, volumes] = await Promise.all([
			ask("/containers/json", { all: "1" }),
			ask("/networks"),
			ask("/volumes"),
		]);
		return [
			...Container.array().parse(containers),
			...Network.array().parse(networks),
			...(Volumes.parse(volumes).Volumes ?? []),
		]
			.filter(({ labels }) => isOf(owner, labels))
			.map(({ labels, ...thing }) => ({ ...thing, ...whose(labels) }))
			.filter(({ kind, attempt }) => kind !== "container" || attempt === null);
	} catch (error) {
		throw asUnreachable(error);
	}
}

/** Resolves when it is not there. Rejects with the engine's words when it is in use. */
export async function removeStray(
	calls: EngineCalls,
	{ kind, id }: Stray,
): Promise<void> {
	const query = kind === "container" ? { force: "1", v: "1" } : {};
	try {
		await calls.json("DELETE", `/${kind}s/${encodeURIComponent(id)}`, {
			query,
		});
	} catch (error) {
		if (!isStatus(error, 404)) throw error;
	}
}

/** The engine was asked for no others; a second look costs nothing, and what is not ours must never go. */
const isOf = (owner: Owner, labels: Labels): boolean =>
	labels[LABEL.instance] === owner.instance &&
	labels[LABEL.data] === owner.hostData;

const whose = (labels: Labels) => ({
	attempt: (labels[LABEL.attempt] ?? null) as AttemptId | null,
	run: (labels[LABEL.run] ?? null) as RunId | null,
});

const Labelled = z
	.record(z.string(), z.string())
	.nullish()
	.transform((labels) => labels ?? {});

const Container = z
	.object({
		Id: z.string(),
		Names: z.array(z.string()),
		Labels: Labelled,
		Created: z.number(),
	})
	.transform(({ Id, Names, Labels, Created }) => ({
		kind: "container" as const,
		id: Id,
		name: (Names[0] ?? "").replace(/^\//, ""),
		labels: Labels,
		createdAt: (Created * 1000) as Instant,
	}));

const Network = z
	.object({
		Id: z.string(),
		Name: z.string(),
		Labels: Labelled,
		Created: z.string(),
	})
	.transform(({ Id, Name, Labels, Created }) => ({
		kind: "network" as const,
		id: Id,
		name: Name,
		labels: Labels,
		createdAt: Date.parse(Created) as Instant,
	}));

const Volumes = z.object({
	Volumes: z
		.array(
			z
				.object({
					Name: z.string(),
					Labels: Labelled,
					CreatedAt: z.string().default(""), // not every driver tells
				})
				.transform(({ Name, Labels, CreatedAt }) => ({
					kind: "volume" as const,
					id: Name,
					name: Name,
					labels: Labels,
					createdAt: (Date.parse(CreatedAt) || 0) as Instant,
				})),
		)
		.nullish(),
});
