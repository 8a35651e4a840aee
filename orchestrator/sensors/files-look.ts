import { type Found, isProblem } from "../artifacts/port.ts";
import { globBase } from "../model/data-path.ts";
import type { FilesWork } from "../model/plan.ts";
import type { FileStamp, Source } from "../model/task-state.ts";
import type { DataPath, Instant } from "../model/words.ts";
import { incomplete } from "./completeness.ts";
import type { Look, Missing, Seen } from "./look.ts";
import { type Memory, remember } from "./quiet.ts";
import type { World } from "./world-sensors.ts";

/** Looks for files by path or glob, until they are all there and complete. */
export class FilesLook implements Look {
	readonly #work: FilesWork;
	readonly #world: World;
	#memory: Memory = new Map();

	constructor(work: FilesWork, world: World) {
		this.#work = work;
		this.#world = world;
	}

	async look(now: Instant): Promise<Seen> {
		return (await this.#published()) ?? this.#outside(now);
	}

	/** A published path is complete at once, and is its object. Null when the path is not published. */
	async #published(): Promise<Seen | null> {
		const { in: wanted, all = [] } = this.#work;
		if (globBase(wanted) !== null) return null;
		const path = wanted as DataPath;
		if (!(await this.#world.publications.covering(path))) return null;
		const source = await this.#world.artifacts.source(path);
		if (isProblem(source)) return missing(source.message);
		const absent: string[] = [];
		for (const name of all) {
			const entry = `${path}/${name}` as DataPath;
			if (isProblem(await this.#world.artifacts.source(entry)))
				absent.push(name);
		}
		return absent.length === 0
			? { kind: "found", source }
			: missing(`${this.#waitingFor(absent)}, as it is published now`);
	}

	async #outside(now: Instant): Promise<Seen> {
		const found = await this.#find();
		if ("note" in found) return found;
		const { near } = found;
		this.#memory = remember(this.#memory, found.files, now);
		const reason = incomplete(this.#work, this.#memory, now);
		if (reason) return { kind: "missing", near, ...reason };
		const source = await this.#take(found);
		return "note" in source ? source : { kind: "found", source };
	}

	async #take(found: Found): Promise<Source | Missing> {
		const [file] = found.files;
		if (found.kind === "file" && file) return { kind: "file", file };
		const source = await this.#world.artifacts.gather(found.files);
		return isProblem(source) ? missing(source.message, found.near) : source;
	}

	async #find(): Promise<Found | Missing> {
		const found = await this.#findFiles();
		if ("note" in found || !this.#work.marker) return found;
		const marker = await this.#world.artifacts.files(this.#marker(found));
		if (isProblem(marker)) return missing(marker.message, found.near);
		const near = [...found.near, ...marker.near];
		const [{ path } = { path: null }] = marker.files;
		if (marker.kind !== "file" || path === null)
			return missing(`waiting for the marker ${this.#marker(found)}`, near);
		const files = found.files.filter((file) => file.path !== path);
		return files.length > 0
			? { ...found, files, near }
			: missing(this.#waitingForAny(), near);
	}

	#findFiles(): Promise<Found | Missing> {
		const { in: wanted, all } = this.#work;
		return all === undefined ? this.#findIn(wanted) : this.#findAll(all);
	}

	async #findIn(wanted: string): Promise<Found | Missing> {
		const found = await this.#world.artifacts.files(wanted);
		if (isProblem(found)) return missing(found.message);
		return found.files.length > 0
			? found
			: missing(this.#waitingForAny(), found.near);
	}

	/** Each by its own name, however much else lies in the folder. */
	async #findAll(names: readonly string[]): Promise<Found | Missing> {
		const files: FileStamp[] = [];
		const near: string[] = [];
		const absent: string[] = [];
		for (const name of names) {
			const path = `${this.#work.in}/${name}`;
			const found = await this.#world.artifacts.files(path);
			if (isProblem(found)) return missing(found.message, near);
			near.push(...found.near);
			const [file] = found.files;
			if (found.kind === "file" && file) files.push({ ...file, as: name });
			else absent.push(name);
		}
		return absent.length === 0
			? { kind: "folder", files, near }
			: missing(this.#waitingFor(absent), near);
	}

	/** Relative to the folder that the files lie in. */
	#marker(found: Found): string {
		const { in: wanted, marker } = this.#work;
		const folder =
			globBase(wanted) ?? (found.kind === "file" ? parentOf(wanted) : wanted);
		return folder === "" ? `${marker}` : `${folder}/${marker}`;
	}

	#waitingFor(absent: readonly string[]): string {
		const { in: wanted, all = [] } = this.#work;
		return `waiting for ${absent.join(", ")} in ${wanted} (${all.length - absent.length} of ${all.length} files there)`;
	}

	#waitingForAny(): string {
		const { in: wanted } = this.#work;
		return globBase(wanted) === null
			? `waiting for ${wanted}`
			: `waiting for a file that matches ${wanted}`;
	}
}

const missing = (note: string, near: readonly string[] = []): Missing => ({
	kind: "missing",
	note,
	due: null,
	near: [...new Set(near)],
});

const parentOf = (path: string): string =>
	path.split("/").slice(0, -1).join("/");
