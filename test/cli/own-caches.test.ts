import { mkdir, readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { aHome } from "../rig/berth-process.ts";

test("what berth compiles is kept in the user's own folder, not where others may write, nor in the data, which a late process would bring back", async () => {
	const home = await aHome({ BERTH_RUNTIME: "local" });
	await home.pipeline("p", 'tool("a", ["say", "hello"]);');
	await mkdir(home.at("tmp"));
	const mine = { XDG_CACHE_HOME: home.at("caches"), TMPDIR: home.at("tmp") };
	expect(await home.start(["run", "p"], mine).ended).toMatchObject({ code: 0 });
	expect(await readdir(home.at("tmp"))).toEqual([]);
	expect(await readdir(home.at("data/.berth/local"))).toEqual([]);
	expect(await readdir(home.at("caches/berth"))).toEqual(["compiled"]);
});
