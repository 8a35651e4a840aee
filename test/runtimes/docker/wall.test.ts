import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Wall } from "../../../orchestrator/model/plan.ts";
import type { Job } from "../../../orchestrator/runtimes/port.ts";
import { describeWithEngine } from "../../rig/engine.ts";
import { bytesOf, patience, readAll } from "../contract-rig.ts";
import { type DockerRig, docker, dockerRig } from "./docker-rig.ts";

let rig: DockerRig;

/** What a shell script prints within this wall. */
async function printed(
	script: string,
	wall: Partial<Wall> = {},
	change: Partial<Job> = {},
): Promise<string> {
	const job = rig.shell(script, {
		wall: { ...rig.shell("").wall, ...wall },
		...change,
	});
	expect(await rig.runtime.launch(job, patience)).toMatchObject({
		kind: "started",
	});
	await rig.runtime.wait(job.name, patience);
	const frames = await readAll(rig.runtime, job.name);
	await rig.runtime.remove(job.name);
	return `${bytesOf(frames, "stdout")}${bytesOf(frames, "stderr")}`;
}

describeWithEngine("the wall", () => {
	beforeAll(async () => {
		rig = await dockerRig();
	});
	afterAll(async () => {
		await rig?.close();
	});

	describe("is there unless it is opened:", () => {
		test("no network, no capabilities, no new privileges, a read-only root, an ordinary user", async () => {
			const script = `
				ls /sys/class/net
				grep -E "CapEff|CapBnd|NoNewPrivs" /proc/self/status
				touch /x /etc/x /home/x 2>&1 | grep -c "Read-only file system"
				touch /tmp/x && echo tmp is writable
				cp /bin/true /tmp/true && /tmp/true && echo and runs
				id -u; id -g; echo $HOME`;
			const user = "1234:2345";
			expect((await printed(script, {}, { user })).split("\n")).toEqual([
				"lo",
				"CapEff:\t0000000000000000",
				"CapBnd:\t0000000000000000",
				"NoNewPrivs:\t1",
				"3",
				"tmp is writable",
				"and runs",
				"1234",
				"2345",
				"/tmp",
				"",
			]);
		});

		test("inputs are read-only, outputs are not", async () => {
			const input = join(rig.data, "input");
			await mkdir(input, { recursive: true });
			await writeFile(join(input, "a.csv"), "1,2\n");
			const extra = { source: input, target: "/in/raw", readOnly: true };
			const job = rig.shell(
				"cat /in/raw/a.csv; touch /in/raw/b 2>&1 | grep -o Read-only; touch /out/hand/c && echo made",
			);
			const mounts = [...job.mounts, extra];
			const text = await printed(job.command[2] ?? "", {}, { mounts });
			expect(text).toBe("1,2\nRead-only\nmade\n");
		});
	});

	describe("is opened by what a task asks for:", () => {
		test("a network, names and name servers", async () => {
			const text = await printed(
				"ls /sys/class/net; grep -w db /etc/hosts; grep -c 9.9.9.9 /etc/resolv.conf",
				{ network: "bridge", extraHosts: ["db:10.1.2.3"], dns: ["9.9.9.9"] },
			);
			expect(text).toMatch(/eth0\n[\s\S]*lo\n[\s\S]*10\.1\.2\.3\s+db\n1\n/);
		});

		test("a network by its name", async () => {
			const network = `berth-test-${rig.instance}`;
			await docker("network", "create", network);
			try {
				expect(await printed("ls /sys/class/net", { network })).toContain(
					"eth0",
				);
			} finally {
				await docker("network", "rm", network);
			}
		});

		test("devices, ulimits, shared memory, memory file systems", async () => {
			const text = await printed(
				"ls /dev/mine; ulimit -Sn; ulimit -Hn; df -k /dev/shm /scratch | tail -n 2",
				{
					devices: ["/dev/null:/dev/mine"],
					ulimits: [{ name: "nofile", soft: 123, hard: 456 }],
					shmBytes: 8 * 2 ** 20,
					tmpfs: { "/scratch": 4 * 2 ** 20 },
				},
			);
			expect(text).toMatch(
				/^\/dev\/mine\n123\n456\nshm +8192 [\s\S]*tmpfs +4096 /,
			);
		});

		test("folders of the host", async () => {
			const source = join(rig.data, "../..");
			const mount = { source, target: "/host", readOnly: true };
			const text = await printed("ls /host", { mounts: [mount] });
			expect(text).toContain("tmp");
		});

		test("a working directory and an entry point", async () => {
			const change = {
				entrypoint: ["sh", "-c", 'pwd; echo "$0" "$1"'],
				command: ["one", "two"],
				workdir: "/usr/lib",
			};
			expect(await printed("", {}, change)).toBe("/usr/lib\none two\n");
		});

		test("a platform, which must be the image's", async () => {
			expect(await printed("echo ok", { platform: hostPlatform })).toBe("ok\n");
			const foreign = await rig.runtime.resolve(
				{
					image: "node:24-bookworm-slim",
					pull: "never",
					platform: "linux/s390x",
				},
				() => {},
				patience,
			);
			expect(foreign).toMatchObject({
				kind: "refused",
				message: expect.stringContaining("linux/s390x"),
			});
		});
	});
});

const hostPlatform = process.arch === "arm64" ? "linux/arm64" : "linux/amd64";
