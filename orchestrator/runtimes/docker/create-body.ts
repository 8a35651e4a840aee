import type { Wall } from "../../model/plan.ts";
import type { Job, Mount } from "../port.ts";
import { jobLabels, type Owner } from "./labels.ts";

/** What the engine is asked to create for a job: the wall, in its words. */
export function createBody(
	job: Job,
	owner: Owner,
	toHost: (path: string) => string,
) {
	return {
		Image: job.image.id,
		// Left out when empty, so that the image's own CMD holds.
		...(job.command.length > 0 && { Cmd: job.command }),
		...(job.entrypoint && { Entrypoint: job.entrypoint }),
		...(job.workdir && { WorkingDir: job.workdir }),
		Env: Object.entries({ HOME: "/tmp", ...job.env }).map(
			([name, value]) => `${name}=${value}`,
		),
		User: job.user,
		Labels: jobLabels(owner, job, toHost),
		Tty: false,
		// Nobody asks for a task's health, and its probes would run beside it.
		Healthcheck: { Test: ["NONE"] },
		HostConfig: {
			...confinement,
			...limits(job.wall),
			...surroundings(job.wall),
			LogConfig: logConfig(job.logBytes),
			Mounts: [
				...job.mounts.map((mount) => bind(mount, toHost(mount.source))),
				...job.wall.mounts.map((mount) => bind(mount, mount.source)),
			],
		},
	};
}

const confinement = {
	ReadonlyRootfs: true,
	CapDrop: ["ALL"],
	SecurityOpt: ["no-new-privileges"],
	Init: true,
};

function limits(wall: Wall) {
	return {
		Memory: wall.memoryBytes,
		MemorySwap: wall.memoryBytes, // of both together: no swap beside it
		NanoCpus: Math.round(wall.cpus * 1e9),
		PidsLimit: wall.pids,
		...(wall.shmBytes !== undefined && { ShmSize: wall.shmBytes }),
		Ulimits: wall.ulimits.map(({ name, soft, hard }) => ({
			Name: name,
			Soft: soft,
			Hard: hard,
		})),
		Devices: wall.devices.map(device),
		...(wall.gpus !== undefined && { DeviceRequests: [gpus(wall.gpus)] }),
	};
}

function surroundings(wall: Wall) {
	return {
		NetworkMode: wall.network,
		Dns: wall.dns,
		ExtraHosts: wall.extraHosts,
		Tmpfs: {
			"/tmp": TMPFS,
			...Object.fromEntries(
				Object.entries(wall.tmpfs).map(([path, bytes]) => [
					path,
					`${TMPFS},size=${bytes}`,
				]),
			),
		},
	};
}

/** `exec`, which the engine would leave out: libraries unpack native code to /tmp and load it. It counts as the task's memory. */
const TMPFS = "rw,exec,nosuid,nodev,mode=1777";

/**
 * `local` keeps every byte (json-file damages invalid UTF-8); its own default would drop all but 100 MB. Its first file holds all that
 * berth keeps of the log, and a little more, for it needs about as much per line as berth does: so up to there reading goes on where it
 * was, by bytes. When that file is full a second one is begun, and after it the older goes: the end is always there.
 */
function logConfig(bytes: number) {
	return {
		Type: "local",
		Config: {
			"max-file": "2",
			"max-size": `${Math.ceil(bytes * 1.1) + 2 ** 20}`,
			compress: "false",
		},
	};
}

/** Never `Binds`: there a wrong path is silently made, as root. */
function bind({ target, readOnly }: Mount, source: string) {
	return { Type: "bind", Source: source, Target: target, ReadOnly: readOnly };
}

/** `/dev/x`, `/dev/x:/dev/y` or `/dev/x:/dev/y:rwm`. */
function device(text: string) {
	const [host = text, container = host, permissions = "rwm"] = text.split(":");
	return {
		PathOnHost: host,
		PathInContainer: container,
		CgroupPermissions: permissions,
	};
}

function gpus(wanted: NonNullable<Wall["gpus"]>) {
	const request = { Driver: "", Capabilities: [["gpu"]], Options: {} };
	if (wanted === "all") return { ...request, Count: -1 };
	if (typeof wanted === "number") return { ...request, Count: wanted };
	return { ...request, DeviceIDs: wanted };
}
