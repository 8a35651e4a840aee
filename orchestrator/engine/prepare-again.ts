import { type Artifacts, isProblem } from "../artifacts/port.ts";
import { few } from "../model/few.ts";
import { takenBy } from "../model/garbage.ts";
import { containerName } from "../model/names.ts";
import type { ContainerWork } from "../model/plan.ts";
import type { FileStamp, Prepared, Source } from "../model/task-state.ts";
import type { Runtime } from "../runtimes/port.ts";
import { type Refused, refusedBy, refusedForGood } from "./refused.ts";
import type { Work } from "./worker.ts";

/** Find again what an earlier attempt was made from: the same image, the same inputs. What is gone, or holds something else now, is told; nothing stands in for it. */
export async function prepareAgain(
	{ run, command, note, signal }: Work,
	{ image }: ContainerWork,
	pinned: Prepared,
	{ artifacts, runtime, instance }: AgainParts,
): Promise<Prepared | Refused> {
	const exactly = pinned.image;
	const request = { image, pull: "never", exactly } as const;
	const found = await runtime.resolve(request, note, signal);
	if ("kind" in found)
		return found.lost ? refusedBy(found) : refusedForGood(found.message);
	const { task, attempt } = command;
	// Who is cancelled already would keep them for ever.
	signal.throwIfAborted();
	// Before we look whether they are there, so that nobody takes them away once we have.
	artifacts.pin(
		containerName(instance, run.id, task.name, attempt),
		takenBy(pinned),
	);
	const inputs: Record<string, Source> = {};
	for (const [input, then] of Object.entries(pinned.in)) {
		const contents = pinned.contents?.[input];
		const now = await sameAs(then, contents, { artifacts, note, signal });
		if (isProblem(now))
			return now.lost
				? refusedBy(now)
				: refusedForGood(notThere(input, now.message));
		inputs[input] = now;
	}
	return { ...pinned, image: found, in: inputs };
}

export interface AgainParts {
	readonly artifacts: Pick<Artifacts, "asNow" | "contentsOf" | "pin">;
	readonly runtime: Pick<Runtime, "resolve">;
	readonly instance: string;
}

/** The input as it lies there now, if it holds what it held then. */
async function sameAs(
	then: Source,
	contents: string | undefined,
	{ artifacts, note, signal }: Pick<Work, "note" | "signal"> & Looking,
) {
	const now = await artifacts.asNow(then);
	if (isProblem(now)) return now;
	const held = await artifacts.contentsOf(now, signal, note);
	if (typeof held !== "string" || held === contents)
		return typeof held === "string" ? now : held;
	return {
		kind: "problem",
		message: changed(then, now, { contents, held }),
		lost: false,
	} as const;
}

interface Looking {
	readonly artifacts: Pick<Artifacts, "asNow" | "contentsOf">;
}

const notThere = (input: string, why: string): string =>
	`Its input "${input}" is not what it was: ${why.replace(/\.$/, "")}. So it cannot be replayed. Put back what it was made from.`;

function changed(
	then: Source,
	now: Source,
	{ contents, held }: { readonly contents?: string | undefined; held: string },
): string {
	const before = new Map(stampsOf(then).map((file) => [file.path, file]));
	const others = stampsOf(now).filter((file) => {
		const was = before.get(file.path);
		return was?.size !== file.size || was.mtimeMs !== file.mtimeMs;
	});
	const told = others.map((file) => {
		const was = before.get(file.path)?.size;
		const size =
			was === file.size ? "" : ` (${was} bytes then, ${file.size} now)`;
		return `"${file.path}"${size}`;
	});
	const which = told.length === 0 ? "it" : few(told, 5);
	return `${which} has changed since (${contents?.slice(0, 12)} then, ${held.slice(0, 12)} now).`;
}

function stampsOf(source: Source): readonly FileStamp[] {
	switch (source.kind) {
		case "object":
			return [];
		case "file":
			return [source.file];
		case "files":
			return source.files;
	}
}
