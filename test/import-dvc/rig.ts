import {
	type Imported,
	importDvc,
} from "../../orchestrator/import-dvc/import-dvc.ts";
import type { Plan } from "../../orchestrator/model/plan.ts";
import type { Json, Named } from "../../orchestrator/model/words.ts";
import { aFolder } from "../define/pipelines-folder.ts";

/** The files of a repository of DVC, by path. */
export type Repo = Named<string>;

export const attempt = (repo: Repo, also: readonly string[] = []) =>
	importDvc({
		name: "repo",
		image: "python:3.12",
		file: "dvc.yaml",
		data: "dvc/repo",
		also,
		read: (path) => repo[path] ?? null,
	});

/** What became of the repository's dvc.yaml. */
export function imported(repo: Repo, also: readonly string[] = []): Imported {
	const outcome = attempt(repo, also);
	if (outcome.kind === "imported") return outcome;
	throw new Error(outcome.message);
}

/** Why it cannot be imported. */
export function refusal(repo: Repo): string {
	const outcome = attempt(repo);
	return outcome.kind === "unreadable" ? outcome.message : "it was imported";
}

/** The plan of the imported page, as a run would have it. */
export async function planned(
	repo: Repo,
	params: Named<Json> = {},
): Promise<Plan> {
	const { page } = imported(repo);
	const { catalogue } = await aFolder({ "repo.ts": page });
	await catalogue.list();
	const plan = await catalogue.plan({
		pipeline: "repo",
		ds: "2026-11-20",
		params,
		vars: {},
	});
	if ("message" in plan) throw new Error(`${plan.message}\n${page}`);
	return plan;
}

/** What was not translated, one line each. */
export const notesOf = (repo: Repo): readonly string[] =>
	imported(repo).notes.map(
		({ stage, key, message }) => `${stage ?? "-"} ${key}: ${message}`,
	);
