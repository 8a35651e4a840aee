import { existsSync, utimesSync } from "node:fs";
import { expect, test } from "vitest";
import { aHome, type Home } from "../rig/berth-process.ts";

/** What a killed berth left whose database has forgotten it. Answers with where it lies. */
async function leftovers(home: Home): Promise<readonly string[]> {
	const job = { attempt: "gone@2026-01-01~1/a/1", argv: [], env: {}, cwd: "/" };
	const name = "berth-0123456789-a-1-0123456789abcdef";
	const record = `data/.berth/local/${name}/job.json`;
	await home.write(record, JSON.stringify({ ...job, as: null, logBytes: 1 }));
	await home.write(`data/.berth/staging/${name}/out/one/x.txt`, "half");
	await home.write("data/.berth/link-7", "");
	const then = Date.now() / 1000 - 7200;
	for (const path of [`staging/${name}`, "link-7"])
		utimesSync(home.at("data/.berth", path), then, then);
	return [`local/${name}`, `staging/${name}`, "link-7"].map((path) =>
		home.at("data/.berth", path),
	);
}

test.each([
	{ who: "a run that owns the data directory", words: ["run", "p"] },
	{ who: "a server", words: ["up"] },
])("$who sweeps beside its work, and says what", async ({ words }) => {
	const home = await aHome();
	const gate = home.at("gate");
	await home.pipeline("p", `tool("a", ["until", "${gate}"]);`);
	const left = await leftovers(home);
	const owner = home.start(words);
	if (words[0] === "up") {
		await owner.says(/berth answers at/);
		home.start(["run", "p"]);
	} else await owner.says(/a +running/);
	await owner.says(/Removed \.berth\/link-7/);
	expect(left.filter((path) => existsSync(path))).toEqual([]);
	await home.write("gate", "");
	if (words[0] === "up") owner.kill("SIGTERM");
	expect(await owner.ended).toMatchObject({
		code: 0,
		stderr: expect.stringContaining("Removed the container berth-0123456789"),
	});
});
