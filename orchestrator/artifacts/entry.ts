import type { Stats } from "node:fs";
import { quoted } from "../model/quoted.ts";

/** What a folder may hold to become an object: folders and plain files. */
export interface Entry {
	readonly kind: "folder" | "file";
	/** Relative to the root, with `/`. */
	readonly path: string;
	readonly size: number;
	/** The owner's execute bit. */
	readonly executable: boolean;
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
}

/** Thrown at what does not belong in an object; the message begins with its name. */
export class Unfit extends Error {}

/** Refuses names that mislead who reads them, and two that one of the usual file systems takes for the same. */
export function checkNames(folder: string, names: readonly string[]): void {
	const seen = new Map<string, string>();
	for (const name of names) {
		checkName(folder ? `${folder}/${name}` : name, name);
		const key = folded(name);
		const other = seen.get(key);
		if (other !== undefined)
			throw new Unfit(
				`${quoted(name)} and ${quoted(other)}${folder && ` in ${quoted(folder)}`} differ only in case or Unicode form, which some file systems cannot tell apart. Rename one of them.`,
			);
		seen.set(key, name);
	}
}

function checkName(path: string, name: string): void {
	if (UNPRINTED.test(name))
		throw new Unfit(
			`${quoted(path)} has a character in its name that does not print. Rename it.`,
		);
	if (/^\.{0,2}$/.test(name.replace(/[\s\p{Cf}]/gu, "")))
		throw new Unfit(
			`${quoted(path)} looks like a folder's own or its parent's name. Rename it.`,
		);
}

/** What a terminal obeys, and what turns the direction of the text around it. (Joiners are part of how some scripts are written.) */
const UNPRINTED = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

const folded = (name: string): string =>
	name.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");

/** Refuses what is neither a folder nor a plain file, and what its owner may not read: as root too, so that everyone decides alike. */
export function entryOf(path: string, stats: Stats): Entry {
	const kind = kindOf(path, stats);
	const { size, mode, uid, gid } = stats;
	if (kind === "folder" && (mode & 0o500) !== 0o500)
		throw new Unfit(
			`${quoted(path)} is a folder that its owner may not read. ${READABLE}`,
		);
	if (kind === "file" && (mode & 0o400) === 0)
		throw new Unfit(
			`${quoted(path)} is a file that its owner may not read. ${READABLE}`,
		);
	if (kind === "file" && (mode & 0o6000) !== 0)
		throw new Unfit(
			`${quoted(path)} is a file with the setuid or setgid bit. Take the bit away (chmod ug-s).`,
		);
	const executable = kind === "file" && (mode & 0o100) !== 0;
	return {
		kind,
		path,
		size: kind === "file" ? size : 0,
		executable,
		mode,
		uid,
		gid,
	};
}

/** What to do about it. */
export const READABLE = "Make it readable (chmod u+rX).";

function kindOf(path: string, stats: Stats): Entry["kind"] {
	if (stats.isDirectory()) return "folder";
	if (stats.isFile()) return "file";
	throw new Unfit(
		`${quoted(path)} is ${nameOfKind(stats)}. Write a plain file or a folder instead.`,
	);
}

function nameOfKind(stats: Stats): string {
	if (stats.isSymbolicLink()) return "a symbolic link";
	if (stats.isSocket()) return "a socket";
	if (stats.isFIFO()) return "a named pipe";
	return "a device";
}
