import { posix } from "node:path";
import { z } from "zod";
import type { Wall } from "../model/plan.ts";
import type { ReadContainer } from "./container-schema.ts";
import {
	absolute,
	must,
	named,
	oneOf,
	optionsOf,
	size,
	text,
	whole,
} from "./option-schema.ts";

const GIB = 1024 ** 3;
/** Far more than a task writes on purpose, and less than a disk holds. */
const DEFAULT_DISK = 100 * GIB;
/** Engines refuse less. */
const LEAST_MEMORY = 6 * 1024 ** 2;

const positive = (what: string) => z.number(must(what)).positive(must(what));

const texts = (what: string, pattern?: RegExp) =>
	z.array(text(what, pattern), must(`a list of ${what}`)).default([]);

const LIMIT = "a number, or { soft: 1024, hard: 4096 }";

const limit = z.union(
	[
		whole("a limit", 0),
		optionsOf({ soft: whole("a limit", 0), hard: whole("a limit", 0) }, LIMIT),
	],
	must(LIMIT),
);

/** berth's own places in the container. */
const isOurs = (path: string): boolean =>
	path === "/" || /^\/(in|out|result|proc|sys|dev)(\/|$)/.test(path);

/** In the one way to write it: "//in/./raw/" is /in/raw. */
const place = absolute("a place in the container")
	.transform((path) => posix.normalize(path).replace(/(?<=.)\/$/, ""))
	.refine((path) => !isOurs(path), {
		error: "lies where berth or the engine has its own: choose another place",
	});

const mount = optionsOf(
	{
		source: absolute("a folder of the host"),
		target: place,
		readOnly: z.boolean(must("true or false")).default(true),
	},
	'an object: { source: "/mnt/x", target: "/x" }',
);

/** The options that say what the container may use. */
export const wallShape = {
	memory: size
		.refine((bytes) => bytes >= LEAST_MEMORY, {
			error: 'must be at least "6m": engines refuse less',
		})
		.default(2 * GIB),
	cpus: positive("a number of cores above 0").default(1),
	pids: whole("a number of processes, 1 or more", 1).default(512),
	disk: size.default(DEFAULT_DISK),
	shm: size.optional(),
	gpus: z
		.union(
			[z.literal("all"), whole("GPUs", 1), z.array(text("a GPU's id")).min(1)],
			must('"all", a number of GPUs, or a list of their ids'),
		)
		.optional(),
	devices: texts(
		'devices such as "/dev/x" or "/dev/x:/dev/y:rw"',
		/^\/[^:\0]+(:\/[^:\0]+)?(:[rwm]{1,3})?$/,
	),
	ulimits: named("limits", limit, /^[a-z]+$/).default({}),
	tmpfs: z
		.record(place, size, must('an object of places: { "/scratch": "1g" }'))
		.default({}),
	network: text(
		'"none", "bridge" or the name of a network',
		/^[A-Za-z0-9][A-Za-z0-9_.-]*$/,
	)
		.refine((name) => name !== "host", {
			error:
				'must not be "host", which would take down the wall: use "bridge" or a network\'s name',
		})
		.default("none"),
	dns: texts("addresses of name servers", /^[0-9A-Fa-f.:]+$/),
	extraHosts: named("hosts", text("an address")).default({}),
	platform: text(
		'a platform such as "linux/arm64"',
		/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/,
	).optional(),
	pull: oneOf(["missing", "always", "never"]).default("missing"),
	mounts: z
		.array(mount, must('a list: [{ source: "/mnt/x", target: "/x" }]'))
		.default([]),
};

/** The wall, as a plan holds it: without undefined. */
export function wallOf(read: ReadContainer): Wall {
	return {
		memoryBytes: read.memory,
		cpus: read.cpus,
		pids: read.pids,
		diskBytes: read.disk,
		...(read.shm !== undefined && { shmBytes: read.shm }),
		tmpfs: read.tmpfs,
		ulimits: Object.entries(read.ulimits).map(([name, given]) =>
			typeof given === "number"
				? { name, soft: given, hard: given }
				: { name, ...given },
		),
		network: read.network,
		dns: read.dns,
		extraHosts: Object.entries(read.extraHosts).map(
			([name, address]) => `${name}:${address}`,
		),
		devices: read.devices,
		...(read.gpus !== undefined && { gpus: read.gpus }),
		...(read.platform !== undefined && { platform: read.platform }),
		pull: read.pull,
		mounts: read.mounts,
	};
}
