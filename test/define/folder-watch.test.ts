import {
	mkdir,
	mkdtemp,
	rename,
	rm,
	symlink,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, test } from "vitest";
import { FolderWatch } from "../../orchestrator/define/folder-watch.ts";

/** A watched folder, after it was made ready. */
async function aWatch(
	folder: string,
	ready: (base: string) => Promise<unknown>,
) {
	const base = await mkdtemp(join(tmpdir(), "berth-watch-"));
	await ready(base);
	const path = join(base, folder);
	let heard = Promise.withResolvers<void>();
	const watch = new FolderWatch(path, () => heard.resolve());
	onTestFinished(async () => {
		watch.close();
		await rm(base, { recursive: true });
	});
	/** Resolves once a change is heard that goes on until it is. */
	const hear = async (change: () => Promise<void>): Promise<void> => {
		heard = Promise.withResolvers<void>();
		let changing = Promise.resolve();
		const again = setInterval(() => {
			changing = changing.then(change).catch(() => undefined);
		}, 300);
		await heard.promise.finally(() => clearInterval(again));
		await changing; // the folder is removed next
	};
	let number = 0;
	const write = () => writeFile(join(path, "one.ts"), `// ${number++}`);
	return { base, path, hear, write };
}

test.each(["pipelines", "not/here/yet"])(
	"a folder %s that is made later is heard, and then what changes in it",
	async (folder) => {
		const { path, hear, write } = await aWatch(folder, async () => {});
		await hear(async () => void (await mkdir(path, { recursive: true })));
		await hear(write);
		await hear(write);
	},
);

test.each<[string, (path: string, next: string) => Promise<void>]>([
	[
		"moved away, and another to its place",
		async (path, next) => {
			await rename(path, `${path}.old`);
			await rename(next, path);
		},
	],
	[
		"removed and made again",
		async (path, next) => {
			await rm(path, { recursive: true });
			await rm(next, { recursive: true });
			await mkdir(path);
		},
	],
	[
		"exchanged for a link",
		async (path, next) => {
			await rename(path, `${path}.old`);
			await symlink(next, path);
		},
	],
])("changes are heard after the folder was %s", async (_, exchange) => {
	const { path, hear, write } = await aWatch("pipelines", (base) =>
		mkdir(join(base, "pipelines")),
	);
	await hear(write);
	await mkdir(`${path}.next`);
	await exchange(path, `${path}.next`);
	await hear(write);
	await hear(write);
});

test("changes are heard after a link on the way to the folder was turned", async () => {
	const turnTo = async (base: string, release: string) => {
		await mkdir(join(base, release, "pipelines"), { recursive: true });
		await writeFile(join(base, release, "pipelines", "two.ts"), release);
		await symlink(release, join(base, "new"));
		await rename(join(base, "new"), join(base, "current"));
	};
	const { base, hear, write } = await aWatch("current/pipelines", (base) =>
		turnTo(base, "release-1"),
	);
	await hear(write);
	let releases = 1;
	await hear(() => turnTo(base, `release-${++releases}`));
	await hear(write);
});
