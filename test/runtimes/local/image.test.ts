import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { withLock } from "../../../orchestrator/runtimes/local/lock.ts";
import type { Runtime } from "../../../orchestrator/runtimes/port.ts";
import { patience } from "../contract-rig.ts";
import { aLocalRig, type LocalRig, runToEnd } from "./rig.ts";

const LOCK = join(
	import.meta.dirname,
	"../../../orchestrator/runtimes/local/lock.ts",
);

const ask = async (runtime: Runtime, image: string, notes: string[] = []) =>
	runtime.resolve(
		{ image, pull: "missing" },
		(note) => notes.push(note),
		patience,
	);

const keyOf = async (runtime: Runtime, image: string): Promise<string> => {
	const answer = await ask(runtime, image);
	if ("message" in answer) throw new Error(answer.message);
	return answer.key;
};

test("an image folder's key changes with its contents, and with nothing else", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const before = await keyOf(runtime, "tool");
	expect(before).toMatch(/^[0-9a-f]{64}$/);
	rig.write("images/tool/node_modules/x/index.js", "1");
	expect(await keyOf(runtime, "tool")).toBe(before);
	rig.write("images/tool/lib/a.ts", "1");
	const after = await keyOf(runtime, "tool");
	expect(after).not.toBe(before);
	rig.write("images/tool/lib/a.ts", "2");
	expect(await keyOf(runtime, "tool")).not.toBe(after);
});

test("where no lock file says what is installed, npm's own list counts for its key", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const keyWith = (version: string): Promise<string> => {
		const list = `{"packages":{"node_modules/x":{"version":"${version}"}}}`;
		rig.write("images/tool/node_modules/.package-lock.json", list);
		return keyOf(runtime, "tool");
	};
	expect(await keyWith("1.0.0")).not.toBe(await keyWith("1.0.1"));
	rig.write("images/tool/package-lock.json", "{}");
	expect(await keyWith("1.0.0")).toBe(await keyWith("1.0.1"));
});

test("a task whose image folder was changed after it was prepared ends with a warning, so that nothing takes what it gave for the image's of then", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const image = await ask(runtime, "tool");
	if ("message" in image) throw new Error(image.message);
	const warning = async (command: readonly string[]) => {
		const { exit } = await runToEnd(runtime, rig.job(command, { image }));
		return exit.kind === "exited" && exit.code === 0 ? exit.warning : exit;
	};
	expect(await warning(["true"])).toBe(null);
	const program = join(image.id, "main.sh");
	expect(await warning(["sh", "-c", `echo '#' >>${program}`])).toBe(
		`What is in ${image.id} was changed after the task was prepared, so nobody knows which program it ran.`,
	);
	rmSync(image.id, { recursive: true });
	rig.image("tool", { "package.json": '{"bin":"main.sh"}' });
	rig.write("images/tool/main.sh", '#!/bin/sh\nexec "$@"\n', 0o755);
	expect(await warning(["rm", "-r", image.id])).toMatch(/was changed/);
});

test.each(["python:3.12", "no-such", "..", ".", "../images/tool", ""])(
	"any other image is refused: %j",
	async (image) => {
		const rig = aLocalRig();
		const answer = await ask(await rig.open(), image);
		expect(answer).toMatchObject({
			kind: "refused",
			message: expect.stringMatching(
				/only the image folders in .* can run.*Start a Docker engine/,
			),
			lost: false,
		});
	},
);

test("the image of a replay is its folder as long as that holds the same", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const exactly = await ask(runtime, "tool");
	if ("message" in exactly) throw new Error(exactly.message);
	const again = () =>
		runtime.resolve(
			{ image: "tool", pull: "never", exactly },
			() => undefined,
			patience,
		);
	expect(await again()).toEqual(exactly);
	rig.write("images/tool/lib/a.ts", "1");
	expect(await again()).toEqual({
		kind: "refused",
		message: expect.stringMatching(
			/^Its image of then is gone: "tool" was .* has the key [0-9a-f]{12}.*cannot be replayed/,
		),
		lost: false,
	});
});

test("an image folder without a package.json is refused", async () => {
	const rig = aLocalRig();
	rig.image("bare", { Dockerfile: "FROM scratch" });
	expect(await ask(await rig.open(), "bare")).toMatchObject({
		message: expect.stringMatching(/"bare" has no readable package\.json/),
	});
});

/** An image folder that needs a package, and an npm that counts its calls. */
function rigWithNpm(npm: string | null): LocalRig {
	const rig = aLocalRig();
	const packages = {
		"": {},
		"node_modules/dep": { version: "1.0.0" },
		"node_modules/tests": { version: "2.0.0", dev: true },
	};
	rig.image("needy", {
		"package.json": '{"bin":"main.ts","dependencies":{"dep":"1.0.0"}}',
		"package-lock.json": JSON.stringify({ lockfileVersion: 3, packages }),
	});
	const text = `#!/bin/sh\nPATH=/usr/bin:/bin\necho "$@" >>${rig.root}/calls\n${npm}\n`;
	if (npm !== null) rig.write("bin/npm", text, 0o755);
	vi.stubEnv("PATH", join(rig.root, "bin"));
	onTestFinished(() => void vi.unstubAllEnvs());
	return rig;
}

const INSTALL = `sleep 0.1; mkdir -p node_modules/dep; echo '{"packages":{"node_modules/dep":{"version":"1.0.0"}}}' >node_modules/.package-lock.json`;

test("what an image folder needs is installed once, however many ask", async () => {
	const rig = rigWithNpm(INSTALL);
	const [one, other] = [await rig.open(), await rig.open()];
	const notes: string[] = [];
	const keys = await Promise.all(
		[one, other, one].map((runtime) => ask(runtime, "needy", notes)),
	);
	expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(1);
	expect(notes).toEqual(['Installing what image "needy" needs (npm ci)']);
	await ask(one, "needy");
	expect(readFileSync(join(rig.root, "calls"), "utf8")).toBe(
		"ci --omit=dev --no-audit --no-fund\n",
	);
});

test("an install that fails is told with npm's own words, and costs the task nothing", async () => {
	const rig = rigWithNpm("echo 'npm error no network' >&2; exit 1");
	expect(await ask(await rig.open(), "needy")).toMatchObject({
		kind: "refused",
		message: expect.stringMatching(/npm error no network.*Run that there/),
		lost: true,
	});
});

test("packages without a lock file are refused", async () => {
	const rig = aLocalRig();
	rig.image("loose", { "package.json": '{"dependencies":{"dep":"1"}}' });
	expect(await ask(await rig.open(), "loose")).toMatchObject({
		kind: "refused",
		message: expect.stringMatching(/no package-lock\.json.*Run npm install/),
	});
});

test("without npm, the refusal says what to install", async () => {
	const rig = rigWithNpm(null);
	expect(await ask(await rig.open(), "needy")).toMatchObject({
		kind: "refused",
		message: expect.stringMatching(/npm.*is not on this machine.*Install npm/),
	});
});

test("a lock whose holder was killed is free", async () => {
	const subject = `test ${process.pid} ${Math.random()}`;
	const text = `
		const { withLock } = await import(${JSON.stringify(LOCK)});
		await withLock(${JSON.stringify(subject)}, new AbortController().signal, () => process.kill(process.pid, "SIGKILL"));`;
	const holder = spawn(process.execPath, ["--input-type=module", "-e", text]);
	await once(holder, "exit");
	let inside = 0;
	const enter = () =>
		withLock(subject, patience, async () => {
			inside += 1;
			expect(inside).toBe(1);
			await Promise.resolve();
			inside -= 1;
		});
	await Promise.all([enter(), enter(), enter()]);
});
