import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findEngine } from "../../../orchestrator/runtimes/docker/find-engine.ts";

const standard = { kind: "socket", path: "/var/run/docker.sock" };

describe("the engine is found as the docker CLI finds it", () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "berth-contexts-"));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	/** As `docker context create` leaves it. */
	function addContext(name: string, host: string, tls = false): void {
		const id = createHash("sha256").update(name).digest("hex");
		const meta = join(folder, "contexts/meta", id);
		mkdirSync(meta, { recursive: true });
		const Endpoints = { docker: { Host: host, SkipTLSVerify: false } };
		const text = JSON.stringify({ Name: name, Metadata: {}, Endpoints });
		writeFileSync(join(meta, "meta.json"), text);
		if (!tls) return;
		const keys = join(folder, "contexts/tls", id, "docker");
		mkdirSync(keys, { recursive: true });
		for (const file of ["ca", "cert", "key"])
			writeFileSync(join(keys, `${file}.pem`), `the ${file}`);
	}

	const find = (env: Record<string, string> = {}) =>
		findEngine({ DOCKER_CONFIG: folder, ...env });

	test("at the default socket, when nothing says otherwise", () => {
		expect(find()).toEqual(standard);
		writeFileSync(join(folder, "config.json"), "{}");
		expect(find()).toEqual(standard);
		writeFileSync(join(folder, "config.json"), "not JSON");
		expect(find()).toEqual(standard);
	});

	test.each([
		["unix:///run/user/1000/docker.sock", "/run/user/1000/docker.sock"],
		["unix://", "/var/run/docker.sock"],
	])("at DOCKER_HOST %s", (DOCKER_HOST, path) => {
		expect(find({ DOCKER_HOST })).toEqual({ kind: "socket", path });
	});

	test.each([
		["tcp://10.0.0.1:2375", "10.0.0.1", 2375],
		["tcp://engine", "engine", 2375],
		["localhost:1234", "localhost", 1234],
		["tcp://[::1]:2375", "::1", 2375],
	])("at DOCKER_HOST %s", (DOCKER_HOST, host, port) => {
		const found = { kind: "tcp", host, port, tls: null };
		expect(find({ DOCKER_HOST })).toEqual(found);
	});

	test("with TLS, when it is asked for", () => {
		for (const file of ["ca", "cert", "key"])
			writeFileSync(join(folder, `${file}.pem`), `the ${file}`);
		expect(
			find({
				DOCKER_HOST: "tcp://engine",
				DOCKER_TLS_VERIFY: "1",
				DOCKER_CERT_PATH: folder,
			}),
		).toEqual({
			kind: "tcp",
			host: "engine",
			port: 2376,
			tls: { ca: "the ca", cert: "the cert", key: "the key" },
		});
	});

	test("in the current context, or that of DOCKER_CONTEXT", () => {
		addContext("rootless", "unix:///rootless.sock");
		addContext("lab", "tcp://lab:2376", true);
		const config = JSON.stringify({ currentContext: "rootless" });
		writeFileSync(join(folder, "config.json"), config);
		expect(find()).toEqual({ kind: "socket", path: "/rootless.sock" });
		expect(find({ DOCKER_CONTEXT: "lab" })).toMatchObject({
			host: "lab",
			tls: { ca: "the ca" },
		});
		expect(find({ DOCKER_CONTEXT: "default" })).toEqual(standard);
		const both = { DOCKER_CONTEXT: "lab", DOCKER_HOST: "unix:///first.sock" };
		expect(find(both)).toEqual({ kind: "socket", path: "/first.sock" });
	});

	test.each([
		[{ DOCKER_CONTEXT: "gone" }, 'The Docker context "gone" is chosen'],
		[{ DOCKER_HOST: "ssh://me@far" }, "another machine"],
		[{ DOCKER_HOST: "gopher://x" }, "neither unix:// nor tcp://"],
		[{ DOCKER_HOST: "tcp://a b" }, "is no address"],
	])("or a sentence says why not: %j", (env, sentence) => {
		expect(find(env)).toEqual(expect.stringContaining(sentence));
	});
});
