import { join } from "node:path";
import { chooseRuntime, dockerOf, type RuntimeWish } from "./choose.ts";
import { folderTag } from "./docker/folder-images.ts";
import { openLocal } from "./local/local-runtime.ts";

/** Build images from their folders, one after the other. Without an engine their programs' dependencies are installed instead. */
export async function buildImages(
	wish: RuntimeWish,
	names: readonly string[],
	note: (text: string) => void,
): Promise<readonly BuiltImage[]> {
	const { runtime } = await chooseRuntime(wish);
	const build =
		runtime.kind === "local"
			? await localBuilder(wish)
			: await dockerBuilder(wish);
	const built: BuiltImage[] = [];
	for (const name of names)
		built.push(await build(name, (text) => note(`${name}: ${text}`)));
	return built;
}

export interface BuiltImage {
	readonly name: string;
	readonly outcome: "built" | "unchanged" | "installed" | "failed";
	readonly key: string | null;
	/** Why it failed. */
	readonly message: string | null;
}

type Builder = (
	name: string,
	note: (text: string) => void,
) => Promise<BuiltImage>;

async function dockerBuilder(wish: RuntimeWish): Promise<Builder> {
	const docker = await dockerOf(wish);
	return async (name, note) => {
		const folder = join(wish.images, name);
		const tag = folderTag(name);
		const built = await docker.build({ name, folder, tag }, note);
		return built.kind === "failed"
			? { name, outcome: "failed", key: null, message: built.message }
			: { name, outcome: built.kind, key: built.image.key, message: null };
	};
}

async function localBuilder(wish: RuntimeWish): Promise<Builder> {
	const local = await openLocal({
		folder: join(wish.data, ".berth/local"),
		images: wish.images,
	});
	return async (name, note) => {
		const never = new AbortController().signal;
		const image = await local.resolve(
			{ image: name, pull: "missing" },
			note,
			never,
		);
		return "kind" in image
			? { name, outcome: "failed", key: null, message: image.message }
			: { name, outcome: "installed", key: image.key, message: null };
	};
}
