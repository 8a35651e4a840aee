import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { ServerNote } from "../../orchestrator/api/server.ts";
import { aHome, type Home } from "../rig/berth-process.ts";
import { describeWithEngine } from "../rig/engine.ts";

/** Asks the host, which is its gateway, for berth's runs. */
const ASK = `
const [, line] = require("node:fs").readFileSync("/proc/net/route", "utf8").split("\\n");
const gateway = Buffer.from(line.split("\\t")[2], "hex").reverse().join(".");
fetch("http://" + gateway + ":" + process.env.PORT + "/api/runs", { signal: AbortSignal.timeout(30_000) }).then(
	async (answer) => console.log(answer.status, await answer.text()),
	(error) => console.log(error.cause?.code ?? error.name),
);`;

/** What a task on the bridge is answered by a berth that listens there. */
async function answerFrom(home: Home, listen: string): Promise<string> {
	const up = home.start(["up"], { BERTH_LISTEN: listen });
	await up.says(/berth answers at/);
	const note = await readFile(home.at("data/.berth/server.json"), "utf8");
	const { port } = new URL((JSON.parse(note) as ServerNote).address);
	await home.pipeline(
		"ask",
		`container("ask", { image: "node:24-bookworm-slim", pull: "never", network: "bridge", env: { PORT: "${port}" }, command: ["node", "-e", ${JSON.stringify(ASK)}] });`,
	);
	await home.berth("run", "ask");
	const { stdout } = await home.berth("logs", "ask", "ask");
	up.kill("SIGTERM");
	await up.ended;
	return stdout;
}

describeWithEngine(
	"a task with a network, that asks for berth's own API,",
	() => {
		test("does not reach it, since it listens on loopback", async () => {
			const home = await aHome({ BERTH_RUNTIME: "docker" });
			expect(await answerFrom(home, "127.0.0.1:0")).toMatch(
				/^(ECONNREFUSED|EHOSTUNREACH|ETIMEDOUT|TimeoutError)\n$/,
			);
		});

		test("is refused for want of the token, where it listens everywhere", async () => {
			const home = await aHome({ BERTH_RUNTIME: "docker" });
			expect(await answerFrom(home, "0.0.0.0:0")).toMatch(
				/^401 .*needs the token/,
			);
		});
	},
);

test("without an engine there is no wall, and berth says so at each run", async () => {
	const home = await aHome();
	await home.pipeline(
		"free",
		`tool("free", ["exit-unless", ${JSON.stringify(home.at("pipelines/free.ts"))}]);`,
	);
	const { code, stderr } = await home.berth("run", "free");
	expect(code).toBe(0); // it saw a file that it was not given
	expect(stderr).toContain(
		"with no wall around them: they can read and write whatever you can",
	);
});
