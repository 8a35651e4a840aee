import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
	checkPlace,
	declareCopied,
	declareMoved,
	instanceOf,
} from "../../orchestrator/store/instance.ts";
import { aFolder } from "./a-store.ts";

const aBerthFolder = () => join(aFolder(), ".berth");

test("an instance is ten characters, made once and kept", () => {
	const folder = aBerthFolder();
	const instance = instanceOf(folder);
	expect(instance).toMatch(/^[a-z2-7]{10}$/);
	expect(instanceOf(folder)).toBe(instance);
	expect(readFileSync(join(folder, "instance"), "utf8")).toBe(instance);
	expect(readdirSync(folder)).toEqual(["instance"]);
	expect(instanceOf(aBerthFolder())).not.toBe(instance);
});

test("a damaged instance is told, not replaced", () => {
	const folder = aBerthFolder();
	mkdirSync(folder);
	writeFileSync(join(folder, "instance"), "?");
	expect(() => instanceOf(folder)).toThrow(
		/holds "\?"\. Restore it from a backup, or run "berth doctor --copied"/,
	);
});

test("data at the path where they were first are at their place", () => {
	const folder = aBerthFolder();
	expect(checkPlace(folder, "/srv/data")).toEqual({ kind: "first" });
	expect(checkPlace(folder, "/srv/data")).toEqual({ kind: "same" });
	expect(checkPlace(folder, "/mnt/data")).toEqual({
		kind: "elsewhere",
		was: "/srv/data",
	});
	expect(checkPlace(folder, "/srv/data")).toEqual({ kind: "same" });
});

test("moved data are the same instance at another path", () => {
	const folder = aBerthFolder();
	const instance = instanceOf(folder);
	checkPlace(folder, "/srv/data");
	declareMoved(folder, "/mnt/data");
	expect(checkPlace(folder, "/mnt/data")).toEqual({ kind: "same" });
	expect(instanceOf(folder)).toBe(instance);
});

test("copied data are another instance", () => {
	const folder = aBerthFolder();
	const original = instanceOf(folder);
	checkPlace(folder, "/srv/data");
	const copy = declareCopied(folder, "/mnt/data");
	expect(copy).not.toBe(original);
	expect(instanceOf(folder)).toBe(copy);
	expect(checkPlace(folder, "/mnt/data")).toEqual({ kind: "same" });
	expect(readdirSync(folder).sort()).toEqual(["instance", "place.json"]);
});

test("a place that cannot be read is told with what to do", () => {
	const folder = aBerthFolder();
	mkdirSync(folder);
	writeFileSync(join(folder, "place.json"), "{");
	expect(() => checkPlace(folder, "/srv/data")).toThrow(
		/Run "berth doctor --moved" if these data are the original/,
	);
});
