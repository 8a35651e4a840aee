import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { BadConfig, readConfig } from "../orchestrator/config.ts";

test("nothing need be set, and what is empty is not set", () => {
	const config = readConfig({ BERTH_DATA: "", PATH: "/bin" });
	expect(config).toMatchObject({
		data: resolve("data"),
		hostData: null,
		pipelines: resolve("pipelines"),
		images: resolve("images"),
		runtime: "auto",
		zone: "UTC",
		user: null,
		logBytes: 256 * 2 ** 20,
		keepLogsMs: 90 * 86_400_000,
		listen: { host: "127.0.0.1", port: 0 },
	});
	expect(config.parallel).toBeGreaterThanOrEqual(2);
});

test("what is set is read", () => {
	expect(
		readConfig({
			BERTH_DATA: "/d",
			BERTH_HOST_DATA: "/h",
			BERTH_PIPELINES: "p",
			BERTH_IMAGES: "../i",
			BERTH_RUNTIME: "docker",
			BERTH_PARALLEL: "7",
			BERTH_TIME_ZONE: "Europe/Berlin",
			BERTH_USER: "1000:100",
			BERTH_LISTEN: "0.0.0.0:7070",
		}),
	).toMatchObject({
		data: "/d",
		hostData: "/h",
		pipelines: resolve("p"),
		images: resolve("../i"),
		runtime: "docker",
		parallel: 7,
		zone: "Europe/Berlin",
		user: { uid: 1000, gid: 100 },
		listen: { host: "0.0.0.0", port: 7070 },
	});
	expect(readConfig({ BERTH_LOG_LIMIT: "2g" }).logBytes).toBe(2 ** 31);
	expect(readConfig({ BERTH_KEEP_OBJECTS: "5" }).keepObjects).toBe(5);
	expect(readConfig({ BERTH_KEEP_LOGS: "2d" }).keepLogsMs).toBe(172_800_000);
	expect(readConfig({ BERTH_KEEP_LOGS: "forever" }).keepLogsMs).toBe(Infinity);
	expect(readConfig({ BERTH_USER: "5" }).user).toEqual({ uid: 5, gid: 5 });
});

describe("what is wrong is told with its name, what is wanted, and what was found", () => {
	test.each([
		["BERTH_HOST_DATA", "data", "the absolute path"],
		["BERTH_RUNTIME", "Docker", '"auto", "docker" or "local"'],
		["BERTH_PARALLEL", "0", "a whole number of containers from 1 to 1000"],
		["BERTH_PARALLEL", "1.5", "a whole number"],
		["BERTH_PARALLEL", "many", "a whole number"],
		["BERTH_PARALLEL", "1001", "a whole number"],
		["BERTH_TIME_ZONE", "Berlin", "an IANA time zone"],
		["BERTH_USER", "me", "a user as numbers"],
		["BERTH_LOG_LIMIT", "7m", 'a size such as "256m" or "2g", from 8m to 64g'],
		["BERTH_LOG_LIMIT", "65g", "a size"],
		["BERTH_LOG_LIMIT", "1000", "a size"],
		["BERTH_KEEP_LOGS", "0d", 'a number of days such as "90d", or "forever"'],
		["BERTH_KEEP_LOGS", "2h", "a number of days"],
		["BERTH_LISTEN", "7070", "an address and a port"],
		["BERTH_LISTEN", "localhost:70700", "a port up to 65535"],
	])("%s=%s", (name, value, wanted) => {
		const read = () => readConfig({ [name]: value });
		expect(read).toThrow(BadConfig);
		expect(read).toThrow(
			new RegExp(`^${name}: wanted .*${wanted}.*, found "${value}"\\.$`),
		);
	});

	test("all at once", () => {
		const read = () => readConfig({ BERTH_USER: "me", BERTH_PARALLEL: "0" });
		expect(read).toThrow(
			/BERTH_PARALLEL: .*\nBERTH_USER: |BERTH_USER: .*\nBERTH_PARALLEL: /,
		);
	});
});
