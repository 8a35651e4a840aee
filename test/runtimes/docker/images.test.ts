import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
	afterAll,
	beforeAll,
	beforeEach,
	expect,
	onTestFinished,
	test,
} from "vitest";
import type { Built } from "../../../orchestrator/runtimes/docker/build-image.ts";
import { imageFolder } from "../../../orchestrator/runtimes/docker/folder-images.ts";
import { openDocker } from "../../../orchestrator/runtimes/docker/open-docker.ts";
import { describeWithEngine } from "../../rig/engine.ts";
import { bytesOf, patience, readAll } from "../contract-rig.ts";
import { type DockerRig, docker, dockerRig, IMAGE } from "./docker-rig.ts";

describeWithEngine("the image of a folder", () => {
	let rig: DockerRig;
	let name: string;
	let notes: string[];
	beforeAll(async () => {
		rig = await dockerRig();
		name = `test-${rig.instance}`;
	});
	afterAll(async () => {
		await docker("rmi", "-f", `berth/${name}`).catch(() => {});
		await rig?.close();
	});
	beforeEach(() => {
		notes = [];
	});

	async function project(text: string): Promise<string> {
		const images = await mkdtemp(join(tmpdir(), "berth-images-"));
		onTestFinished(() => rm(images, { recursive: true }));
		await mkdir(join(images, name));
		await put(images, text);
		return images;
	}

	const put = (images: string, text: string) =>
		writeFile(
			join(images, name, "Dockerfile"),
			`FROM ${IMAGE}\nENV WHOSE=${text}\n`,
		);

	/** As a berth does that has just been started. */
	async function resolve(images: string): Promise<string> {
		const found = await asked(images);
		if ("kind" in found) throw new Error(found.message);
		return found.key;
	}

	async function asked(images: string, look?: true) {
		const { instance, data } = rig;
		const folderOf = imageFolder(images);
		const settings = { env: process.env, instance, data, folderOf };
		const runtime = await openDocker(settings);
		const request = {
			image: name,
			pull: "missing",
			...(look && { look }),
		} as const;
		return await runtime.resolve(request, (text) => notes.push(text), patience);
	}

	test("is not built by who only looks, and found once it is built", async () => {
		const images = await project("looked");
		await docker("rmi", "-f", `berth/${name}`).catch(() => {});
		expect(await asked(images, true)).toEqual({
			kind: "refused",
			lost: false,
			absent: true,
			message: expect.stringContaining(`Image ${name} is not built yet`),
		});
		expect(notes).toEqual([]);
		const key = await resolve(images);
		expect(await asked(images, true)).toMatchObject({ key });
	});

	test("is built when another project's has its name, and used as it is when it is the same", async () => {
		const [ours, theirs] = [await project("ours"), await project("theirs")];
		const same = await project("ours");
		const key = await resolve(theirs);
		expect(await resolve(ours)).not.toBe(key);
		expect(notes.filter((note) => note.endsWith(join(ours, name)))).toEqual([
			`building image ${name} from ${join(ours, name)}`,
		]);
		notes = [];
		await resolve(same);
		expect(notes).toEqual([]);
	});

	test("is used when its files have changed, and the attempt is told so", async () => {
		const images = await project("before");
		const key = await resolve(images);
		await put(images, "after");
		notes = [];
		expect(await resolve(images)).toBe(key);
		expect(notes).toEqual([
			`image ${name} was built from other files than its folder holds now; \`berth images build ${name}\` rebuilds it`,
		]);
	});
});

describeWithEngine("images are built from folders", () => {
	let rig: DockerRig;
	let folder: string;
	let tag: string;
	let lines: string[];
	beforeAll(async () => {
		rig = await dockerRig();
		tag = `berth/test-${rig.instance}`;
	});
	afterAll(async () => {
		await docker("rmi", "-f", tag, `${tag}-2`).catch(() => {});
		await rig?.close();
	});
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), "berth-image-"));
		lines = [];
		return () => rm(folder, { recursive: true });
	});

	async function put(file: string, text: string): Promise<void> {
		await mkdir(dirname(join(folder, file)), { recursive: true });
		await writeFile(join(folder, file), text);
	}

	const build = (as = tag): Promise<Built> =>
		rig.runtime.build({ name: "test", folder, tag: as }, (line) =>
			lines.push(line),
		);

	async function listing(image: string): Promise<string[]> {
		const found = await rig.runtime.resolve(
			{ image, pull: "never" },
			() => {},
			patience,
		);
		if ("kind" in found) throw new Error(found.message);
		const job = rig.shell("cd /app && find . | sort", { image: found });
		await rig.runtime.launch(job, patience);
		await rig.runtime.wait(job.name, patience);
		const frames = await readAll(rig.runtime, job.name);
		return String(bytesOf(frames, "stdout")).trim().split("\n");
	}

	test("once, until a file changes", async () => {
		await put("Dockerfile", `FROM ${IMAGE}\nCOPY a.txt /app/\n`);
		await put("a.txt", "1");
		const first = await build();
		expect(first).toMatchObject({ kind: "built", tag });
		expect(lines.some((line) => line.startsWith("Step 2/4 : COPY"))).toBe(true);
		expect(await build()).toEqual({ ...first, kind: "unchanged" });
		await chmod(join(folder, "a.txt"), 0o755);
		expect(await build()).toMatchObject({ kind: "built" });
		await put("a.txt", "2");
		const changed = await build();
		expect(changed.kind).toBe("built");
		expect(changed).not.toHaveProperty("image.key", keyOf(first));
	});

	test("without what .dockerignore names, by Docker's own rules", async () => {
		await put("Dockerfile", `FROM ${IMAGE}\nCOPY . /app/\n`);
		await put(
			".dockerignore",
			"# a comment\nnode_modules\n**/*.log\n/build\n!build/keep.txt\nDockerfile\n",
		);
		for (const file of [
			"node_modules/x.js",
			"sub/node_modules/y.js",
			"a.log",
			"sub/deep/b.log",
			"build/drop.txt",
			"build/keep.txt",
			"index.js",
		])
			await put(file, file);
		expect(await build()).toMatchObject({ kind: "built" });
		const found = (await listing(tag)).filter((path) => path.includes("."));
		expect(found).toEqual(
			expect.arrayContaining([
				"./build/keep.txt",
				"./index.js",
				"./sub/node_modules/y.js",
			]),
		);
		expect(found.join()).not.toMatch(/\.log|drop|,\.\/node_modules/);
	});

	test("hazard 11: the key is of what the image is, not of its labels, id or tag", async () => {
		await put("Dockerfile", `FROM ${IMAGE}\nENV A=1\nCMD ["a"]\n`);
		const first = await build();
		await put("notes.txt", "not in the image");
		const second = await build(`${tag}-2`);
		expect(second.kind).toBe("built");
		expect(keyOf(second)).toBe(keyOf(first));
		expect(second).not.toHaveProperty("image.id", idOf(first));
		await put("Dockerfile", `FROM ${IMAGE}\nENV A=2\nCMD ["a"]\n`);
		expect(keyOf(await build())).not.toBe(keyOf(first));
		await put("Dockerfile", `FROM ${IMAGE}\nENV A=1\nCMD ["b"]\n`);
		expect(keyOf(await build())).not.toBe(keyOf(first));
	});

	test("or a sentence says which step failed, with its last words", async () => {
		await put(
			"Dockerfile",
			`FROM ${IMAGE}\nRUN echo fine\nRUN echo it broke >&2; exit 3\n`,
		);
		const built = await build();
		expect(built).toMatchObject({ kind: "failed", lost: false });
		expect(built).toHaveProperty(
			"message",
			expect.stringMatching(
				/Image "test" could not be built: .*exit.* 3[\s\S]*at "RUN echo it broke[\s\S]*it broke$/m,
			),
		);
	});

	test.each([
		["FROM berth-test/nowhere:1\n", "nowhere"],
		["FORM x\n", "FORM"],
	])("or what is wrong with the Dockerfile: %j", async (text, words) => {
		await put("Dockerfile", text);
		expect(await build()).toHaveProperty(
			"message",
			expect.stringContaining(words),
		);
	});

	test("or that the registry of its base is out of reach, which is no fault of the folder's", async () => {
		await put("Dockerfile", "FROM 127.0.0.1:1/nowhere\n");
		expect(await build()).toMatchObject({ kind: "failed", lost: true });
	});

	test("or that there is no Dockerfile", async () => {
		expect(await build()).toEqual({
			kind: "failed",
			lost: false,
			message: `Image "test" cannot be built: ${folder} has no Dockerfile. Write one.`,
		});
	});
});

const keyOf = (built: Built) =>
	built.kind === "failed" ? built.message : built.image.key;

const idOf = (built: Built) =>
	built.kind === "failed" ? built.message : built.image.id;
