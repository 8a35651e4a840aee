import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";

/** The configuration by environment, checked at the door. Every variable is described in the README. */
export interface Config {
	/** Absolute. */
	readonly data: string;
	/** The data directory as the engine's host sees it, where that differs and cannot be found out. */
	readonly hostData: string | null;
	readonly pipelines: string;
	readonly images: string;
	readonly runtime: "auto" | "docker" | "local";
	/** How many containers may be up at once. */
	readonly parallel: number;
	readonly zone: string;
	/** Whom tasks run as; null means the data directory's owner. */
	readonly user: { readonly uid: number; readonly gid: number } | null;
	/** How many bytes of each attempt's log are kept. */
	readonly logBytes: number;
	/** How long the logs of settled runs are kept, in milliseconds; may be Infinity. */
	readonly keepLogsMs: number;
	/** How many objects of each path "berth gc" keeps. */
	readonly keepObjects: number;
	readonly listen: { readonly host: string; readonly port: number };
}

/** Wrong configuration, in one clear sentence for each variable. */
export class BadConfig extends Error {
	override readonly name = "BadConfig";
}

/** Without a library: every command reads it first of all, and loading one took longer than the rest of a client's start. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
	const wrong: string[] = [];
	const read = <T>(name: string, otherwise: T, parse: Parse<T>): T => {
		const text = env[name] ?? "";
		if (text === "") return otherwise;
		const parsed = parse(text);
		if (!(parsed instanceof Wanted)) return parsed;
		wrong.push(`${name}: wanted ${parsed.what}, found "${text}".`);
		return otherwise;
	};
	const config: Config = {
		data: read("BERTH_DATA", resolve("data"), resolve),
		hostData: read("BERTH_HOST_DATA", null, hostPath),
		pipelines: read("BERTH_PIPELINES", resolve("pipelines"), resolve),
		images: read("BERTH_IMAGES", resolve("images"), resolve),
		runtime: read("BERTH_RUNTIME", "auto", runtime),
		parallel: read("BERTH_PARALLEL", processors(), parallel),
		zone: read("BERTH_TIME_ZONE", "UTC", zone),
		user: read("BERTH_USER", null, user),
		logBytes: read("BERTH_LOG_LIMIT", 256 * MEBIBYTE, logLimit),
		keepLogsMs: read("BERTH_KEEP_LOGS", 90 * DAY_MS, keepLogs),
		keepObjects: read("BERTH_KEEP_OBJECTS", 3, keepObjects),
		listen: read("BERTH_LISTEN", { host: "127.0.0.1", port: 0 }, listen),
	};
	if (wrong.length > 0) throw new BadConfig(wrong.join("\n"));
	return config;
}

/** What berth keeps for itself, below the data directory. */
export const berthFolder = ({ data }: Pick<Config, "data">): string =>
	join(data, ".berth");

/** What berth remembers. */
export const databaseOf = (config: Pick<Config, "data">): string =>
	join(berthFolder(config), "berth.db");

/** Was anything ever stored there? */
export const wasEverUsed = (config: Pick<Config, "data">): boolean =>
	existsSync(databaseOf(config));

/** From a text that is not empty. */
type Parse<T> = (text: string) => T | Wanted;

/** The text is not what is wanted. */
class Wanted {
	readonly what: string;
	constructor(what: string) {
		this.what = what;
	}
}

const MEBIBYTE = 2 ** 20;
const DAY_MS = 86_400_000;

const hostPath: Parse<string | null> = (text) =>
	text.startsWith("/")
		? text
		: new Wanted(
				"the absolute path of the data directory on the engine's host",
			);

const runtime: Parse<Config["runtime"]> = (text) =>
	text === "auto" || text === "docker" || text === "local"
		? text
		: new Wanted('"auto", "docker" or "local"');

const processors = (): number => Math.max(2, availableParallelism());

function parallel(text: string): number | Wanted {
	const number = /^\d{1,4}$/.test(text) ? Number(text) : 0;
	return number >= 1 && number <= 1000
		? number
		: new Wanted("a whole number of containers from 1 to 1000");
}

function zone(text: string): string | Wanted {
	try {
		new Intl.DateTimeFormat("en", { timeZone: text });
		return text;
	} catch {
		return new Wanted('an IANA time zone such as "Europe/Berlin"');
	}
}

function user(text: string): Config["user"] | Wanted {
	if (!/^\d+(:\d+)?$/.test(text))
		return new Wanted('a user as numbers, "1000" or "1000:1000"');
	const [uid = 0, gid = uid] = text.split(":").map(Number);
	return { uid, gid };
}

function logLimit(text: string): number | Wanted {
	const isGibi = /g$/i.test(text);
	const bytes = Number.parseInt(text, 10) * MEBIBYTE * (isGibi ? 1024 : 1);
	return /^\d{1,6}[mg]$/i.test(text) &&
		bytes >= 8 * MEBIBYTE &&
		bytes <= 64 * 1024 * MEBIBYTE
		? bytes
		: new Wanted('a size such as "256m" or "2g", from 8m to 64g');
}

function keepLogs(text: string): number | Wanted {
	if (text === "forever") return Number.POSITIVE_INFINITY;
	return /^[1-9]\d{0,4}d$/.test(text)
		? Number.parseInt(text, 10) * DAY_MS
		: new Wanted('a number of days such as "90d", or "forever"');
}

function keepObjects(text: string): number | Wanted {
	return /^[1-9]\d{0,5}$/.test(text)
		? Number(text)
		: new Wanted("a whole number of objects from 1 to 999999");
}

function listen(text: string): Config["listen"] | Wanted {
	if (!/^[^:]+:\d{1,5}$/.test(text))
		return new Wanted('an address and a port, such as "127.0.0.1:7070"');
	const [host = "", port] = text.split(":");
	return Number(port) <= 65_535
		? { host, port: Number(port) }
		: new Wanted("a port up to 65535");
}
