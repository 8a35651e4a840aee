import { lchown, lstat, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { PARAMS_FILE, RESULT_FILE } from "../../shared/task-contract.ts";
import type { ContainerName, Json, Named } from "../model/words.ts";
import { ifThere } from "./error-code.ts";
import { giveBack } from "./give-back.ts";
import type { Places, User } from "./places.ts";
import type { Problem, Staged } from "./port.ts";
import { problem } from "./problems.ts";
import { removeTree } from "./remove-tree.ts";
import { setMode } from "./set-mode.ts";

/** Where attempts write, before anyone else may see it: `staging/<container name>/{out/<output>,result,params.json,started}`. */
export class Staging {
	readonly #places: Places;
	readonly #user: User;

	constructor(places: Places, user: User) {
		this.#places = places;
		this.#user = user;
	}

	/** Empty folders that belong to the task's user. Doing it again leaves what is there; after a start nothing is done. */
	async make(
		name: ContainerName,
		outputs: readonly string[],
		text: string,
	): Promise<Staged | Problem> {
		const staged = this.#staged(name, outputs);
		if (await this.wasStarted(name)) return { ...staged, started: true };
		const user = parseUser(text);
		if (user === null)
			return problem(
				`User "${text}" cannot be given its output folders, because its number is known only inside the image. Write user as numbers, such as "1000" or "1000:1000".`,
			);
		if (user.uid !== this.#user.uid && !this.#places.owner)
			return problem(
				`The task asks for user ${text}, but berth runs as user ${this.#user.uid} and cannot give its folders away. Leave the user out, or run berth as root.`,
			);
		for (const folder of [...Object.values(staged.out), staged.result])
			await this.#give(folder, user);
		return staged;
	}

	async wasStarted(name: ContainerName): Promise<boolean> {
		return (await ifThere(lstat(this.#mark(name)))) !== null;
	}

	/** A file that nobody writes to. Half of one, left by a kill, has another name; a loss of power also loses the container that would read it. */
	async params(name: ContainerName, params: Named<Json>): Promise<string> {
		const folder = this.#places.staged(name);
		const path = join(folder, basename(PARAMS_FILE));
		if (await this.wasStarted(name)) return path;
		const part = `${path}.new`;
		await this.#places.folder(folder);
		await rm(part, { force: true });
		await writeFile(part, `${JSON.stringify(params, null, "\t")}\n`);
		await this.#places.own(part);
		await setMode(part, 0o444);
		await rename(part, path);
		return path;
	}

	/** Not flushed: after a loss of power the container is still there to tell. */
	async markStarted(name: ContainerName): Promise<void> {
		await writeFile(this.#mark(name), "");
		await this.#places.own(this.#mark(name));
	}

	output(name: ContainerName, output: string): string {
		if (output !== basename(output) || output === "..")
			throw new Error(`"${output}" cannot be the name of an output.`);
		return join(this.#places.staged(name), "out", output);
	}

	resultFile(name: ContainerName): string {
		return join(this.#places.staged(name), "result", basename(RESULT_FILE));
	}

	#staged(name: ContainerName, outputs: readonly string[]): Staged {
		const out = outputs.map((output) => [output, this.output(name, output)]);
		return {
			kind: "staged",
			out: Object.fromEntries(out),
			result: join(this.#places.staged(name), "result"),
			started: false,
		};
	}

	#mark(name: ContainerName): string {
		return join(this.#places.staged(name), "started");
	}

	async discard(name: ContainerName, keep: boolean): Promise<void> {
		const folder = this.#places.staged(name);
		if (!keep) return removeTree(folder);
		await giveBack(folder, this.#places);
		await ifThere(writeFile(join(folder, KEPT), ""));
	}

	/** Those that nobody owns may go once they are an hour old, those kept for inspection when they are older than asked. */
	async isOlder(name: ContainerName, olderThanMs: number): Promise<boolean> {
		const folder = this.#places.staged(name);
		const kept = await ifThere(lstat(join(folder, KEPT)));
		const stats = kept ?? (await ifThere(lstat(folder)));
		const ageMs = kept ? olderThanMs : Math.min(olderThanMs, ORPHANED_MS);
		return stats !== null && Date.now() - stats.mtimeMs >= ageMs;
	}

	async #give(folder: string, user: User): Promise<void> {
		await this.#places.folder(folder);
		if (this.#places.owner) await lchown(folder, user.uid, user.gid);
		await setMode(folder, 0o755);
	}
}

/** Its time is when the attempt ended. */
const KEPT = "kept";

/** Someone may be making one this minute whom the caller did not know of yet. */
const ORPHANED_MS = 60 * 60 * 1000;

function parseUser(text: string): User | null {
	const [, uid, gid] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text) ?? [];
	if (uid === undefined) return null;
	return { uid: Number(uid), gid: Number(gid ?? uid) };
}
