import { lchown, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BERTH_FOLDER } from "../model/data-path.ts";
import type { ContainerName, ObjectHash } from "../model/words.ts";

/** Whose the data directory is. */
export interface User {
	readonly uid: number;
	readonly gid: number;
}

/** Where everything lies in a data directory, and that it belongs to its user. */
export class Places {
	readonly data: string;
	readonly berth: string;
	readonly objects: string;
	readonly staging: string;
	/** Null when this process may not give files away, and all it makes is the user's anyway. */
	readonly owner: User | null;

	constructor(data: string, user: User, isRoot: boolean) {
		this.data = data;
		this.berth = join(data, BERTH_FOLDER);
		this.objects = join(this.berth, "objects");
		this.staging = join(this.berth, "staging");
		this.owner = isRoot ? user : null;
	}

	object(hash: ObjectHash): string {
		return join(this.objects, hash);
	}

	staged(name: ContainerName): string {
		return join(this.staging, name);
	}

	/** Make the folder and its parents; the new ones are the user's. */
	async folder(path: string): Promise<void> {
		const first = await mkdir(path, { recursive: true });
		if (first === undefined) return;
		for (let made = path; made.length >= first.length; made = dirname(made))
			await this.own(made);
	}

	async own(path: string): Promise<void> {
		if (this.owner) await lchown(path, this.owner.uid, this.owner.gid);
	}
}
