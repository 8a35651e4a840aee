import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { GATE, toOpen } from "../rig/container-gate.ts";
import { describeWithEngine } from "../rig/engine.ts";
import { Service, whyNoCompose } from "./service.ts";

const task = (name: string, schedule: string, script: string): string => `
import { pipeline } from "berth";
export default pipeline("${name}", ${schedule}, ({ ds, container }) => {
	container("${name}", {
		image: "node:24-bookworm-slim",
		command: ["sh", "-c", "${script}"],
		out: { file: \`${name}/\${ds}\` },
	});
});
`;

const pipelines = {
	"minute.ts": task(
		"minute",
		'{ schedule: { cron: "* * * * *", catchup: "none" } }',
		"id -u > /out/file/uid",
	),
	"slow.ts": task("slow", "{}", `${GATE}; id -u > /out/file/uid`),
};

interface Run {
	readonly id: string;
	readonly pipeline: string;
	readonly status: string;
	readonly ds: string;
}

const withoutCompose = await whyNoCompose();

describeWithEngine("docker compose", () => {
	if (withoutCompose === null) describe("in a fresh copy", inFreshCopy);
	else
		test("compose v2 is there", (context) => {
			if (process.env.BERTH_REQUIRE_ENGINE === "1")
				throw new Error(withoutCompose);
			context.skip(withoutCompose);
		});
});

function inFreshCopy(): void {
	let service: Service;
	beforeAll(async () => {
		service = await Service.make(pipelines);
		const up = await service.compose("up", "-d", "--wait");
		if (up.code === 0) return;
		const { stdout } = await service.compose("logs");
		throw new Error(`${up.stderr}\n${stdout}`);
	});
	afterAll(() => service?.remove());

	const until = (what: () => Promise<void>): Promise<void> =>
		vi.waitFor(what, { timeout: 150_000, interval: 500 });

	test("berth run in the container succeeds, and the files are the host user's", async () => {
		const ran = await service.compose(
			...["exec", "-T", "berth", "berth", "run", "minute"],
		);
		expect(ran).toMatchObject({ code: 0 });
		const runs = await service.json<Run[]>("runs", "minute");
		const byHand = runs.find(({ id }) => id.includes("~"));
		const published = join(service.data, "minute", byHand?.ds ?? "", "uid");
		expect((await readFile(published, "utf8")).trim()).toBe(`${service.uid}`);
		expect(await notOf(service.uid, service.data)).toEqual([]);
	});

	test("a container beside it goes through the server, too", async () => {
		const ran = await service.compose(
			...["run", "--rm", "-T", "berth", "run", "minute"],
		);
		expect(ran).toMatchObject({ code: 0 });
		expect(ran.stderr).not.toContain("Runtime:"); // what an owner of its own would say
	});

	test("the host's berth reaches the server, and cannot own the data as well", async () => {
		const note = await lstat(join(service.data, ".berth/server.json"));
		expect({ uid: note.uid, mode: note.mode & 0o777 }).toEqual({
			uid: service.uid,
			mode: 0o600,
		});
		expect((await service.json<Run[]>("runs")).length).toBeGreaterThan(0);
		const second = await service.berth("up");
		expect(second.code).toBe(1);
		expect(second.stderr).toContain("Another berth owns");
	});

	test("a task goes on while the service is stopped, and is adopted at its start", async () => {
		await service.compose(
			...["exec", "-T", "-d", "berth", "berth", "run", "slow"],
		);
		const running = () => service.containers("slow", "--filter=status=running");
		await until(async () => expect(await running()).toHaveLength(1));
		expect(await service.compose("stop")).toMatchObject({ code: 0 });
		const [slow = "", ...more] = await running();
		expect(more).toEqual([]);
		await service.makeRoots(".berth/berth.db", ".berth/logs");
		expect(await service.compose("start")).toMatchObject({ code: 0 });
		expect(await service.docker(...toOpen(slow))).toBe("");
		await until(async () => {
			const runs = await service.json<Run[]>("runs", "slow");
			expect(runs.map(({ status }) => status)).toEqual(["succeeded"]);
		});
		expect(await notOf(service.uid, service.data)).toEqual([]);
	});

	test("a pipeline runs when it is due", async () => {
		await until(async () => {
			const runs = await service.json<Run[]>("runs", "minute");
			const due = runs.filter(({ id }) => !id.includes("~"));
			expect(due.map(({ status }) => status)).toContain("succeeded");
		});
	});

	test("it stops by itself when it is asked to, and down leaves nothing behind", async () => {
		const server = (await service.compose("ps", "-q")).stdout.trim();
		expect(await service.compose("stop")).toMatchObject({ code: 0 });
		// The engine kills what has not stopped after its stop_grace_period: then this is 137.
		const exit = ["inspect", "-f", "{{.State.ExitCode}}", server];
		expect(await service.docker(...exit)).toBe("0");
		expect(await service.compose("down")).toMatchObject({ code: 0 });
		expect((await service.compose("ps", "-aq")).stdout).toBe("");
		expect(await readdir(join(service.data, ".berth"))).not.toContain(
			"server.json",
		);
	});
}

/** What lies there and belongs to somebody else. The service is at work meanwhile: what is gone when it is looked at was nobody's. */
async function notOf(uid: number, folder: string): Promise<readonly string[]> {
	const others: string[] = [];
	for (const name of await readdir(folder).catch(nothingIfGone)) {
		const path = join(folder, name);
		const stats = await lstat(path).catch(nothingIfGone);
		if ("uid" in stats && stats.uid !== uid) others.push(path);
		if ("uid" in stats && stats.isDirectory())
			others.push(...(await notOf(uid, path)));
	}
	return others;
}

function nothingIfGone(error: NodeJS.ErrnoException): never[] {
	if (error.code === "ENOENT") return [];
	throw error;
}
