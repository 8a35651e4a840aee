import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import {
	isProblem,
	type Problem,
	type Staged,
} from "../../orchestrator/artifacts/port.ts";
import { removeTree } from "../../orchestrator/artifacts/remove-tree.ts";
import type {
	ContainerName,
	DataPath,
	Named,
} from "../../orchestrator/model/words.ts";
import { FakeHashes } from "./fake-hashes.ts";
import { FakePublications } from "./fake-publications.ts";

export const me = {
	uid: process.getuid?.() ?? 0,
	gid: process.getgid?.() ?? 0,
};
export const isRoot = me.uid === 0;
/** Whose the data directory is in these tests: as root somebody else's, so that giving away is seen. */
export const user = isRoot ? { uid: 12345, gid: 12345 } : me;
export const asUser = `${user.uid}:${user.gid}`;

export const path = (text: string) => text as DataPath;
export const name = (text: string) => text as ContainerName;
export const never = new AbortController().signal;

/** A folder that goes with the test, whatever the test does to it. */
export function aFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "berth-test-"));
	onTestFinished(() => removeTree(folder));
	return folder;
}

/** Files by path; a path that ends with a slash is an empty folder. */
export function write(folder: string, files: Named<string>): void {
	for (const [file, text] of Object.entries(files)) {
		const at = join(folder, file);
		mkdirSync(file.endsWith("/") ? at : dirname(at), { recursive: true });
		if (!file.endsWith("/")) writeFileSync(at, text);
	}
}

/** A data directory with its artifacts, and what a task would do with them. */
export function aDataDirectory() {
	const data = aFolder();
	const publications = new FakePublications();
	const hashes = new FakeHashes();
	/** Later than every file's times by an hour: what is hashed now has settled. */
	const clock = { aheadMs: 3_600_000 };
	const now = () => Date.now() + clock.aheadMs;
	const parts = { data, publications, hashes, user, now };
	const artifacts = new FileArtifacts(parts);
	const attempt = name("berth-abcdefghij-task-1-0123456789abcdef");
	return {
		data,
		publications,
		hashes,
		clock,
		artifacts,
		/** Another process, which knows what is stored. */
		again: () => new FileArtifacts(parts),
		attempt,
		stage: async (...outputs: string[]): Promise<Staged> =>
			answer(await artifacts.stage(attempt, outputs, asUser)),
		collect: (outputs: Named<string>) =>
			artifacts.collect(attempt, outputs as Named<DataPath>, never),
		/** A whole task that writes these files and is published. */
		publish: async (at: string, files: Named<string>) => {
			const task = name(`berth-${at.replaceAll("/", "-")}-${Math.random()}`);
			const staged = answer(await artifacts.stage(task, ["it"], asUser));
			write(staged.out.it ?? "", files);
			const outputs = answer(
				await artifacts.collect(task, { it: path(at) }, never),
			);
			const { object = "", bytes = 0, files: count = 0 } = outputs.it ?? {};
			const sizes = { bytes, files: count };
			const publication = publications.publish(at, object, sizes);
			await artifacts.project([publication]);
			await artifacts.discard(task, false);
			return publication;
		},
	};
}

/** Act as whose the data directory is: nothing is closed to root. */
export async function asItsUser<T>(
	data: string,
	act: () => Promise<T>,
): Promise<T> {
	if (!isRoot) return act();
	execFileSync("chown", ["-Rh", asUser, data]);
	process.setegid?.(user.gid);
	process.seteuid?.(user.uid);
	try {
		return await act();
	} finally {
		process.seteuid?.(me.uid);
		process.setegid?.(me.gid);
	}
}

export function answer<T extends object>(got: T | Problem): T {
	if (isProblem(got)) throw new Error(got.message);
	return got as T;
}

export function message(got: object): string {
	if (isProblem(got)) return got.message;
	throw new Error(`No problem, but ${JSON.stringify(got)}`);
}
