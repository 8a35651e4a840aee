import { open, readdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PublishedOutput } from "../model/task-state.ts";
import type { ContainerName, Named, ObjectHash } from "../model/words.ts";
import { flush } from "./durable.ts";
import { ifThere } from "./error-code.ts";
import type { Places } from "./places.ts";

/** What an attempt's outputs hash to. Written before the first one leaves the staging folder, because afterwards nothing there says so. */
export type Receipt = Named<PublishedOutput>;

/** Empty when none was written. */
export async function readReceipt(
	places: Places,
	name: ContainerName,
): Promise<Receipt> {
	const text = await ifThere(readFile(fileOf(places, name), "utf8"));
	return text === null ? {} : (JSON.parse(text) as Receipt);
}

/** The objects on all receipts of attempts. Nothing else in the staging folder is read: objects that are being removed hold what tasks wrote. */
export async function receiptsIn(places: Places): Promise<Set<ObjectHash>> {
	const objects = new Set<ObjectHash>();
	for (const name of (await ifThere(readdir(places.staging))) ?? []) {
		if (!name.startsWith("berth-")) continue;
		const receipt = await readReceipt(places, name as ContainerName);
		for (const { object } of Object.values(receipt)) objects.add(object);
	}
	return objects;
}

export async function writeReceipt(
	places: Places,
	name: ContainerName,
	receipt: Receipt,
): Promise<void> {
	const path = fileOf(places, name);
	const file = await open(`${path}.new`, "w", 0o644);
	try {
		await file.writeFile(JSON.stringify(receipt));
		await file.sync();
	} finally {
		await file.close();
	}
	await rename(`${path}.new`, path);
	await flush(dirname(path));
	await flush(places.staging);
}

const fileOf = (places: Places, name: ContainerName): string =>
	join(places.staged(name), "collected.json");
