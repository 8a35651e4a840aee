import { afterEach, beforeEach, expect, test } from "vitest";
import type { PullPolicy } from "../../../orchestrator/model/plan.ts";
import { withTag } from "../../../orchestrator/runtimes/docker/pull-image.ts";
import { describeWithEngine } from "../../rig/engine.ts";
import { patience } from "../contract-rig.ts";
import { type DockerRig, docker, dockerRig } from "./docker-rig.ts";
import { FakeRegistry } from "./fake-registry.ts";

describeWithEngine("an image is looked for as its pull policy says", () => {
	let rig: DockerRig;
	let registry: FakeRegistry;
	let notes: string[];
	beforeEach(async () => {
		registry = await FakeRegistry.open("amd64");
		rig = await dockerRig();
		notes = [];
	});
	afterEach(async () => {
		await docker("rmi", "-f", registry.image).catch(() => {});
		registry.close();
		await rig.close();
	});

	const resolve = (pull: PullPolicy, change: object = {}) =>
		rig.runtime.resolve(
			{ image: registry.image, pull, platform: "linux/amd64", ...change },
			(note) => notes.push(note),
			patience,
		);

	test("missing: pulled once, saying how far it is", async () => {
		const image = await resolve("missing");
		expect(image).toMatchObject({ id: expect.stringMatching(/^sha256:/) });
		expect(notes[0]).toBe(`Pulling ${registry.image}.`);
		const { length } = registry.asked;
		expect(await resolve("missing")).toEqual(image);
		expect(registry.asked).toHaveLength(length);
	});

	test("always: the registry is asked every time", async () => {
		await resolve("always");
		const { length } = registry.asked;
		await resolve("always");
		expect(registry.asked.length).toBeGreaterThan(length);
	});

	test("never: refused where it is not there", async () => {
		expect(await resolve("never")).toMatchObject({
			kind: "refused",
			lost: false,
			message: expect.stringContaining("forbids getting it"),
		});
		expect(registry.asked).toEqual([]);
	});

	test("one that its registry does not have is refused", async () => {
		const image = `${registry.image}-not`;
		expect(await resolve("missing", { image })).toMatchObject({
			kind: "refused",
			lost: false,
			message: expect.stringContaining("has none of that name"),
		});
	});

	test("a registry that does not answer costs no retry", async () => {
		registry.vanish();
		expect(await resolve("missing")).toMatchObject({
			kind: "refused",
			lost: true,
			message: expect.stringContaining("berth tries again"),
		});
	});

	test("an image of another platform than was asked for is refused", async () => {
		await resolve("missing");
		expect(await resolve("missing", { platform: "linux/arm64" })).toMatchObject(
			{
				kind: "refused",
				lost: false,
				message: expect.stringContaining("is for linux/amd64"),
			},
		);
	});
});

test.each([
	["node", "node:latest"],
	["node:24", "node:24"],
	["host:5000/node", "host:5000/node:latest"],
	["host:5000/node:24", "host:5000/node:24"],
	["node@sha256:aa", "node@sha256:aa"],
])("%s is pulled as %s, so that not every tag comes", (image, wanted) => {
	expect(withTag(image)).toBe(wanted);
});
