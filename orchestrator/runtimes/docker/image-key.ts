import { createHash } from "node:crypto";
import { z } from "zod";
import type { PreparedImage } from "../../model/task-state.ts";

/** What we read of an image. Lists that are absent, null or empty are the same. */
export const Image = z.object({
	Id: z.string(),
	Os: z.string(),
	Architecture: z.string(),
	RootFS: z.object({ Layers: list() }),
	Config: z
		.object({
			Env: list(),
			Entrypoint: list(),
			Cmd: list(),
			WorkingDir: z.string().nullish(),
			User: z.string().nullish(),
			Labels: z.record(z.string(), z.string()).nullish(),
		})
		.nullish(),
});

export type Image = z.infer<typeof Image>;

/** The sha256 of what an image is. The engine's own id changes when the containerd store rebuilds from its cache, and local images have no digest. */
export function imageKey(image: Image): string {
	const { Config } = image;
	const facts = {
		os: image.Os,
		architecture: image.Architecture,
		layers: image.RootFS.Layers,
		env: Config?.Env ?? [],
		entrypoint: Config?.Entrypoint ?? [],
		cmd: Config?.Cmd ?? [],
		workdir: Config?.WorkingDir || "",
		user: Config?.User || "",
	};
	return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

/** The image as an attempt remembers it. */
export const prepared = (image: Image): PreparedImage => ({
	id: image.Id,
	key: imageKey(image),
});

function list() {
	return z
		.array(z.string())
		.nullish()
		.transform((items) => items ?? []);
}
