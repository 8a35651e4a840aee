import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
	hostPaths,
	ownContainerIds,
	throughMounts,
} from "../../../orchestrator/runtimes/docker/host-paths.ts";

test("paths of the data directory become the host's, and no others", () => {
	const toHost = hostPaths("/data", "/home/me/data");
	expect(toHost("/data")).toBe("/home/me/data");
	expect(toHost("/data/.berth/objects/a")).toBe(
		"/home/me/data/.berth/objects/a",
	);
	expect(toHost("/database/x")).toBe("/database/x");
	expect(toHost("/etc/x")).toBe("/etc/x");
	expect(toHost("/data/..hidden")).toBe("/home/me/data/..hidden");
});

describe("a container's mounts tell the host's path", () => {
	const mounts = [
		{ Source: "/", Destination: "/host" },
		{ Source: "/srv/all", Destination: "/data" },
		{ Source: "/srv/inner", Destination: "/data/inner" },
	];

	test("by the innermost that holds it", () => {
		expect(throughMounts("/data", mounts)).toBe("/srv/all");
		expect(throughMounts("/data/sub", mounts)).toBe("/srv/all/sub");
		expect(throughMounts("/data/inner/x", mounts)).toBe("/srv/inner/x");
		expect(throughMounts("/host/var/d", mounts)).toBe("/var/d");
	});

	test("or say that there is none, and what to do", () => {
		expect(() => throughMounts("/elsewhere", mounts)).toThrow(
			/inside that container.*BERTH_HOST_DATA/,
		);
	});
});

describe("a container's own id", () => {
	const id = "0123456789abcdef".repeat(4);
	let root: string;
	beforeEach(() => {
		root = mkdtempSync(join(tmpdir(), "berth-root-"));
		mkdirSync(join(root, "proc/self"), { recursive: true });
	});
	afterEach(() => rmSync(root, { recursive: true }));

	test.each([
		[
			"mountinfo",
			`711 690 8:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw - ext4 /dev/sda1 rw`,
		],
		["cgroup", `5:memory:/docker/${id}`],
		["cgroup", `0::/system.slice/docker-${id}.scope`],
	])("is read from %s: %s", (file, text) => {
		writeFileSync(join(root, "proc/self", file), `first line\n${text}\n`);
		expect(ownContainerIds(root)).toEqual([id]);
	});

	test("is not there outside of a container", () => {
		writeFileSync(join(root, "proc/self/cgroup"), "0::/init.scope\n");
		expect(ownContainerIds(root)).toEqual([]);
	});
});
