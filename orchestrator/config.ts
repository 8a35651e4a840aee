import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { z } from "zod";

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
	readonly listen: { readonly host: string; readonly port: number };
}

/** Wrong configuration, in one clear sentence for each variable. */
export class BadConfig extends Error {
	override readonly name = "BadConfig";
}

export function readConfig(env: NodeJS.ProcessEnv): Config {
	const set = Object.entries(env).filter(
		([name, value]) => name.startsWith("BERTH_") && value !== "",
	);
	const parsed = variables.safeParse(Object.fromEntries(set));
	if (!parsed.success)
		throw new BadConfig(
			parsed.error.issues.map((issue) => sentenceOf(issue, env)).join("\n"),
		);
	const vars = parsed.data;
	return {
		data: resolve(vars.BERTH_DATA),
		hostData: vars.BERTH_HOST_DATA ?? null,
		pipelines: resolve(vars.BERTH_PIPELINES),
		images: resolve(vars.BERTH_IMAGES),
		runtime: vars.BERTH_RUNTIME,
		parallel: vars.BERTH_PARALLEL,
		zone: vars.BERTH_TIME_ZONE,
		user: vars.BERTH_USER ?? null,
		logBytes: vars.BERTH_LOG_LIMIT,
		keepLogsMs: vars.BERTH_KEEP_LOGS,
		listen: vars.BERTH_LISTEN,
	};
}

const sentenceOf = (
	{ path, message }: z.core.$ZodIssue,
	env: NodeJS.ProcessEnv,
): string => `${path.join(".")}: ${message}, found "${env[String(path[0])]}".`;

const isZone = (zone: string): boolean => {
	try {
		new Intl.DateTimeFormat("en", { timeZone: zone });
		return true;
	} catch {
		return false;
	}
};

const user = z
	.string()
	.regex(/^\d+(:\d+)?$/, 'wanted a user as numbers, "1000" or "1000:1000"')
	.transform((text) => {
		const [uid = 0, gid = uid] = text.split(":").map(Number);
		return { uid, gid };
	});

const listen = z
	.string()
	.regex(
		/^[^:]+:\d{1,5}$/,
		'wanted an address and a port, such as "127.0.0.1:7070"',
	)
	.transform((text) => {
		const [host = "", port] = text.split(":");
		return { host, port: Number(port) };
	})
	.refine(({ port }) => port <= 65_535, "wanted a port up to 65535");

const MEBIBYTE = 2 ** 20;

const LOG_LIMIT = 'wanted a size such as "256m" or "2g", from 8m to 64g';

const logLimit = z
	.string()
	.regex(/^\d{1,6}[mg]$/i, LOG_LIMIT)
	.transform((text) => {
		const isGibi = /g$/i.test(text);
		return Number.parseInt(text, 10) * MEBIBYTE * (isGibi ? 1024 : 1);
	})
	.refine(
		(bytes) => bytes >= 8 * MEBIBYTE && bytes <= 64 * 1024 * MEBIBYTE,
		LOG_LIMIT,
	);

const DAY_MS = 86_400_000;

const keepLogs = z
	.string()
	.regex(
		/^([1-9]\d{0,4}d|forever)$/,
		'wanted a number of days such as "90d", or "forever"',
	)
	.transform((text) =>
		text === "forever"
			? Number.POSITIVE_INFINITY
			: Number.parseInt(text, 10) * DAY_MS,
	);

const variables = z.object({
	BERTH_DATA: z.string().default("./data"),
	BERTH_HOST_DATA: z
		.string()
		.startsWith(
			"/",
			"wanted the absolute path of the data directory on the engine's host",
		)
		.optional(),
	BERTH_PIPELINES: z.string().default("./pipelines"),
	BERTH_IMAGES: z.string().default("./images"),
	BERTH_RUNTIME: z
		.enum(["auto", "docker", "local"], 'wanted "auto", "docker" or "local"')
		.default("auto"),
	BERTH_PARALLEL: z.coerce
		.number("wanted a whole number of containers from 1 to 1000")
		.int("wanted a whole number of containers from 1 to 1000")
		.min(1, "wanted a whole number of containers from 1 to 1000")
		.max(1000, "wanted a whole number of containers from 1 to 1000")
		.default(Math.max(2, availableParallelism())),
	BERTH_TIME_ZONE: z
		.string()
		.refine(isZone, 'wanted an IANA time zone such as "Europe/Berlin"')
		.default("UTC"),
	BERTH_USER: user.optional(),
	BERTH_LOG_LIMIT: logLimit.default(256 * MEBIBYTE),
	BERTH_KEEP_LOGS: keepLogs.default(90 * DAY_MS),
	BERTH_LISTEN: listen.default({ host: "127.0.0.1", port: 0 }),
});
