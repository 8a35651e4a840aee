import { spawnSync } from "node:child_process";
import {
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { SCRIPT } from "../../orchestrator/import-dvc/script.ts";

/** The folders that a task is given, and the script as an imported page runs it. */
function aTask(...outputs: string[]) {
	const folder = mkdtempSync(join(tmpdir(), "berth-stage-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	for (const output of outputs)
		mkdirSync(join(folder, "out", output), { recursive: true });
	mkdirSync(join(folder, "in"));
	const at = (...path: string[]) => join(folder, ...path);
	const run = (...words: string[]) => {
		const { status, stdout, stderr } = spawnSync(
			"sh",
			["-c", SCRIPT, "dvc-stage", ...words],
			{
				encoding: "utf8",
				env: {
					PATH: process.env.PATH,
					TMPDIR: folder,
					BERTH_IN: at("in"),
					BERTH_OUT: at("out"),
					BERTH_RESULT: at("result.json"),
					BERTH_PARAMS: at("in/params.json"),
					OTHERS: '{\n "rate": 1e-7\n}',
				},
			},
		);
		return { status, stdout, stderr };
	};
	return { at, run };
}

test("a command finds its inputs and params where it looks, and its outputs are kept under their names", () => {
	const { at, run } = aTask("model", "table");
	mkdirSync(at("in/src"));
	writeFileSync(at("in/src/a.txt"), "a", { mode: 0o444 });
	writeFileSync(at("in/b"), "b");
	writeFileSync(
		at("in/params.json"),
		'{\n\t"lr": 1e-7,\n\t"note": "x: 1e-7"\n}\n',
	);
	const ended = run(
		...["in", "src", "src", "in", "src/b.txt", "b"],
		...["params", "params.yaml", "-", "params", "conf/o.json", "OTHERS"],
		...["out", "out/model.bin", "model", "out", "table", "table"],
		...["wdir", "sub/dir", "-", "run"],
		"cat ../../src/a.txt ../../src/b.txt > ../../out/model.bin && mkdir ../../table",
		"echo again >> ../../src/a.txt; cat ../../params.yaml ../../conf/o.json > ../../table/all",
	);
	expect(ended).toMatchObject({ status: 0, stderr: "" });
	expect(readdirSync(at("out/model"))).toEqual(["model.bin"]);
	expect(readFileSync(at("out/model/model.bin"), "utf8")).toBe("ab");
	expect(readFileSync(at("out/table/table/all"), "utf8")).toBe(
		'{\n "lr": 1.0e-7,\n "note": "x: 1e-7"\n}\n{\n "rate": 1.0e-7\n}\n',
	);
	expect(readFileSync(at("in/src/a.txt"), "utf8")).toBe("a");
});

test("what is larger than 64 MiB is linked file by file, small things are copied", () => {
	const { at, run } = aTask("seen");
	mkdirSync(at("in/large"));
	spawnSync("sh", ["-c", `head -c 70000000 /dev/zero > ${at("in/large/x")}`]);
	writeFileSync(at("in/small"), "s");
	const { status } = run(
		...["in", "data/large", "large", "in", "data/small", "small"],
		...["out", "data/large/seen", "seen", "run"],
		"{ test -L data/large/x && echo link; test -L data/small || echo copy; wc -c < data/large/x; } > data/large/seen",
	);
	expect(status).toBe(0);
	expect(readFileSync(at("out/seen/seen"), "utf8").trim().split(/\s+/)).toEqual(
		["link", "copy", "70000000"],
	);
});

test("the first command that fails ends the task with its own exit code", () => {
	const { at, run } = aTask("x");
	const ended = run("out", "x", "x", "run", "exit 7", "touch x");
	expect(ended).toMatchObject({ status: 7 });
	expect(existsSync(at("out/x/x"))).toBe(false);
});

test("an output that was not written is named", () => {
	expect(aTask("x").run("out", "data/x", "x", "run", "true")).toMatchObject({
		status: 1,
		stderr: "The command ended well, but wrote no data/x.\n",
	});
});

test("links in an output become files, because an output holds none", () => {
	const { at, run } = aTask("x");
	run("out", "x", "x", "run", "mkdir x; echo 1 > x/a; ln -s a x/b");
	expect(lstatSync(at("out/x/x/b")).isFile()).toBe(true);
});

test.each([
	['{"f1": 0.5}', true],
	['\n {"f1": 0.5,\n "by": {}}', true],
	['{"f1": NaN}', false],
	["[1]", false],
	["0.5", false],
])("metrics %j are a result: %j", (text, isResult) => {
	const { at, run } = aTask("m");
	writeFileSync(at("in/m"), text);
	const ended = run(
		...["in", "from", "m", "result", "m.json", "-", "out", "m.json", "m"],
		...["run", "cp from m.json"],
	);
	expect(ended.status).toBe(0);
	expect(existsSync(at("result.json"))).toBe(isResult);
	expect(ended.stderr === "").toBe(isResult);
});

test("a stage without outputs works in a folder that is gone afterwards", () => {
	const { at, run } = aTask();
	writeFileSync(at("in/a"), "a");
	expect(run("in", "a", "a", "run", "cat a")).toMatchObject({
		status: 0,
		stdout: "a",
	});
	expect(readdirSync(at()).filter((name) => name !== "in")).toEqual([]);
});
