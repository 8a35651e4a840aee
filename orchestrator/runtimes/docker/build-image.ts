import { existsSync } from "node:fs";
import { join } from "node:path";
import type { PreparedImage } from "../../model/task-state.ts";
import {
	type BuildContext,
	packContext,
	readContext,
} from "./build-context.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { EngineError } from "./engine-errors.ts";
import { findImage } from "./find-image.ts";
import { prepared } from "./image-key.ts";
import { originLabels } from "./image-origin.ts";
import { LABEL } from "./labels.ts";
import { progressLines } from "./progress.ts";

/** A folder with a Dockerfile, and what its image is to be called. */
export interface ImageFolder {
	readonly name: string;
	readonly folder: string;
	readonly tag: string;
}

export type Built =
	| {
			readonly kind: "built" | "unchanged";
			readonly tag: string;
			readonly image: PreparedImage;
	  }
	| {
			readonly kind: "failed";
			readonly message: string;
			/** By no fault of the folder's. */
			readonly lost: boolean;
	  };

/** Build an image through the engine, unless the one it has was built from the same files. `note` gets the builder's lines. */
export async function buildImage(
	calls: EngineCalls,
	{ name, folder, tag }: ImageFolder,
	note: (line: string) => void,
): Promise<Built> {
	if (!existsSync(join(folder, "Dockerfile")))
		return failed(
			`Image "${name}" cannot be built: ${folder} has no Dockerfile. Write one.`,
		);
	const context = await readContext(folder);
	const present = await findImage(calls, tag);
	if (present && present.Config?.Labels?.[LABEL.context] === context.hash)
		return { kind: "unchanged", tag, image: prepared(present) };
	const build = () => buildOnce(calls, { name, folder, tag }, context, note);
	const built = await build();
	return built.kind === "failed" && TAKEN_AWAY.test(built.message)
		? build()
		: built;
}

/** A step that the builder was to reuse went away meanwhile, as when somebody cleans up. Another go does without. */
const TAKEN_AWAY =
	/no such image: sha256|unknown parent image|layer does not exist|failed to get layer/i;

async function buildOnce(
	calls: EngineCalls,
	{ name, folder, tag }: ImageFolder,
	context: BuildContext,
	note: (line: string) => void,
): Promise<Built> {
	const steps = new Steps(note);
	try {
		const answer = calls.stream("POST", "/build", {
			query: {
				t: tag,
				labels: JSON.stringify(originLabels(folder, context.hash)),
				rm: "1",
				forcerm: "1",
			},
			file: await packContext(context),
		});
		for await (const line of progressLines(answer)) steps.take(line);
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		const { message } = error;
		return failed(steps.story(name, message), WORLDS.test(message));
	}
	const image = await findImage(calls, tag);
	return image
		? { kind: "built", tag, image: prepared(image) }
		: failed(steps.story(name, "the engine has no such image afterwards"));
}

const failed = (message: string, lost = false): Built => ({
	kind: "failed",
	message,
	lost,
});

/** The engine has no room, or cannot reach the registry of the image that this one is built from. What fails in a step of the folder's own says so in other words. */
const WORLDS =
	/no space left on device|dial tcp|TLS handshake timeout|i\/o timeout|toomanyrequests|connection reset/i;

/** How many lines of the failing step are told. */
const TAIL = 20;

/** What the builder is doing: the step and its last lines. */
class Steps {
	readonly #note: (line: string) => void;
	#step = "";
	#lines: string[] = [];

	constructor(note: (line: string) => void) {
		this.#note = note;
	}

	take(progress: { stream?: string; status?: string; error?: string }): void {
		if (progress.error) throw new EngineError(400, progress.error);
		for (const line of (progress.stream ?? "").split(/[\r\n]+/))
			if (line.trim()) this.#line(line);
	}

	story(name: string, words: string): string {
		const said = this.#lines.length ? [":", ...this.#lines].join("\n  ") : "";
		return `Image "${name}" could not be built: ${words}.${this.#step ? `\nIt was at "${this.#step}"${said}` : ""}`;
	}

	#line(line: string): void {
		this.#note(line);
		const step = /^Step \d+\/\d+ : (.*)/.exec(line)?.[1];
		if (step !== undefined) {
			this.#step = step;
			this.#lines = [];
		} else this.#lines = [...this.#lines, strip(line)].slice(-TAIL);
	}
}

/** The builder colours what a step wrote to stderr. */
function strip(line: string): string {
	return line.replaceAll(COLOUR, "");
}

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
