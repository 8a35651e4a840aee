import { randomBytes } from "node:crypto";
import {
	closeSync,
	existsSync,
	fsyncSync,
	linkSync,
	mkdirSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Unusable } from "./port.ts";

/** Whose containers these are: ten random characters in `.berth/instance`, made at the first asking. Two that ask at once get the same. */
export function instanceOf(berthFolder: string): string {
	const known = knownInstance(berthFolder);
	if (known !== null) return known;
	const file = instanceFile(berthFolder);
	mkdirSync(berthFolder, { recursive: true });
	const written = writeAside(file, newInstance());
	try {
		linkSync(written, file);
		// What is told to be lasting lies below these two names.
		for (const folder of [berthFolder, dirname(berthFolder)]) flush(folder);
	} catch (error) {
		if (codeOf(error) !== "EEXIST") throw error;
	} finally {
		rmSync(written, { force: true });
	}
	return checked(file, readFileSync(file, "utf8").trim());
}

/** The same where it was made before; else null, and none is made. */
export function knownInstance(berthFolder: string): string | null {
	const file = instanceFile(berthFolder);
	const stored = read(file);
	return stored === null ? null : checked(file, stored.trim());
}

/** Does the data lie where it lay before? The path is the host's, as containers' labels have it. The first time, it is remembered. */
export function checkPlace(berthFolder: string, hostPath: string): Place {
	const stored = read(placeFile(berthFolder));
	if (stored === null) {
		declareMoved(berthFolder, hostPath);
		return { kind: "first" };
	}
	const was = pathIn(berthFolder, stored);
	return was === hostPath ? { kind: "same" } : { kind: "elsewhere", was };
}

export type Place =
	| { readonly kind: "same" | "first" }
	/** Until someone says whether it was moved or copied, nobody knows whose the containers are that carry the old path. */
	| { readonly kind: "elsewhere"; readonly was: string };

/** The data was moved here: it is the same instance, at another path. */
export function declareMoved(berthFolder: string, hostPath: string): void {
	mkdirSync(berthFolder, { recursive: true });
	replace(placeFile(berthFolder), `${JSON.stringify({ path: hostPath })}\n`);
}

/** The data is a copy: the containers are the original's, so this becomes another instance. Answers with its name. */
export function declareCopied(berthFolder: string, hostPath: string): string {
	const instance = newInstance();
	mkdirSync(berthFolder, { recursive: true });
	replace(instanceFile(berthFolder), instance);
	declareMoved(berthFolder, hostPath);
	return instance;
}

/** These data are those that a backup was made of: the same instance, whose containers they are. Refused where another one has run. */
export function adoptInstance(
	berthFolder: string,
	instance: string,
	backup: string,
): void {
	const file = instanceFile(berthFolder);
	const stored = read(file);
	const isFree = !existsSync(join(berthFolder, "berth.db"));
	if (stored?.trim() === instance) return;
	if (stored === null || isFree) replace(file, instance);
	else
		throw new Unusable(
			`${backup} is a backup of instance ${instance}, and the data in ${dirname(berthFolder)} are those of instance ${stored.trim()}: containers, logs and objects would not fit. Restore it where it comes from, or into an empty folder that you name with BERTH_DATA.`,
		);
}

const instanceFile = (berthFolder: string): string =>
	join(berthFolder, "instance");
const placeFile = (berthFolder: string): string =>
	join(berthFolder, "place.json");

const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

const newInstance = (): string =>
	Array.from(randomBytes(10), (byte) => LETTERS[byte % LETTERS.length]).join(
		"",
	);

function checked(file: string, instance: string): string {
	if (/^[a-z2-7]{10}$/.test(instance)) return instance;
	throw new Unusable(
		`${file} should hold the ten characters that mark this data directory's containers, and holds ${JSON.stringify(instance.slice(0, 40))}. Restore it from a backup, or run "berth doctor --copied" to make a new one.`,
	);
}

function pathIn(berthFolder: string, stored: string): string {
	try {
		const { path } = JSON.parse(stored) as { path?: unknown };
		if (typeof path === "string") return path;
	} catch {}
	throw new Unusable(
		`${placeFile(berthFolder)} should say where the data lies, and cannot be read. Run "berth doctor --moved" if these data are the original, "berth doctor --copied" if they are a copy.`,
	);
}

function read(file: string): string | null {
	try {
		return readFileSync(file, "utf8");
	} catch (error) {
		if (codeOf(error) === "ENOENT") return null;
		throw error;
	}
}

function flush(folder: string): void {
	const handle = openSync(folder, "r");
	try {
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
}

const replace = (file: string, text: string): void =>
	renameSync(writeAside(file, text), file);

/** Complete and on the disk before it gets its name. */
function writeAside(file: string, text: string): string {
	const aside = `${file}.${randomBytes(6).toString("hex")}`;
	const handle = openSync(aside, "wx", 0o644);
	try {
		writeSync(handle, text);
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
	return aside;
}

const codeOf = (error: unknown): unknown =>
	error instanceof Error && "code" in error ? error.code : undefined;
