import { accessSync, constants, existsSync } from "node:fs";
import type { RuntimeWish } from "./choose.ts";
import { imageFolder } from "./docker/folder-images.ts";
import { openDocker } from "./docker/open-docker.ts";
import { probeEngine } from "./docker/probe-engine.ts";
import { imageFolders } from "./image-folders.ts";

/** What is here, what is missing, and how to get it. */
export async function diagnose(
	wish: RuntimeWish & { readonly pipelines: string },
): Promise<readonly Diagnosis[]> {
	return [
		node(),
		...(await engine(wish)),
		data(wish.data),
		folder(
			"pipelines",
			wish.pipelines,
			'"berth init <folder>" writes an example',
		),
		images(wish.images),
	];
}

export interface Diagnosis {
	readonly what: "node" | "engine" | "data" | "pipelines" | "images" | "server";
	readonly isWell: boolean;
	readonly message: string;
}

const node = (): Diagnosis => ({
	what: "node",
	isWell: true,
	message: `Node ${process.version} at ${process.execPath}.`,
});

async function engine(wish: RuntimeWish): Promise<Diagnosis[]> {
	if (wish.runtime === "local")
		return [
			{
				what: "engine",
				isWell: true,
				message:
					"BERTH_RUNTIME=local: no engine is asked for, and tasks run with no wall around them.",
			},
		];
	const probe = await probeEngine(wish.env);
	if (!probe.ok)
		return [{ what: "engine", isWell: false, message: probe.reason }];
	const well: Diagnosis = {
		what: "engine",
		isWell: true,
		message: `Docker engine ${probe.version} answers, API ${probe.apiVersion}.`,
	};
	return existsSync(`${wish.data}/.berth/instance`)
		? [well, await reach(wish)]
		: [well];
}

/** Does the engine see the data directory where tasks will look for it? */
async function reach(wish: RuntimeWish): Promise<Diagnosis> {
	try {
		const docker = await openDocker({
			...wish,
			folderOf: imageFolder(wish.images),
		});
		wish.onPlace(docker.hostData);
		return {
			what: "data",
			isWell: true,
			message: `The engine sees the data directory at ${docker.hostData}.`,
		};
	} catch (error) {
		return { what: "data", isWell: false, message: (error as Error).message };
	}
}

function data(path: string): Diagnosis {
	if (!existsSync(path))
		return {
			what: "data",
			isWell: true,
			message: `The data directory ${path} is not there yet; the first run makes it.`,
		};
	try {
		accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
		return {
			what: "data",
			isWell: true,
			message: `The data directory ${path} is writable.`,
		};
	} catch {
		return {
			what: "data",
			isWell: false,
			message: `The data directory ${path} is not writable for you. Make it yours (chown), or name another with BERTH_DATA.`,
		};
	}
}

const folder = (what: "pipelines", path: string, cure: string): Diagnosis =>
	existsSync(path)
		? { what, isWell: true, message: `The ${what} folder is ${path}.` }
		: {
				what,
				isWell: false,
				message: `There is no ${what} folder ${path}: ${cure}, or name another with BERTH_PIPELINES.`,
			};

function images(path: string): Diagnosis {
	const names = imageFolders(path);
	return names.length > 0
		? {
				what: "images",
				isWell: true,
				message: `The images folder ${path} has ${names.join(", ")}.`,
			}
		: {
				what: "images",
				isWell: true,
				message: `There is no image folder in ${path}; pipelines can use any image reference.`,
			};
}
