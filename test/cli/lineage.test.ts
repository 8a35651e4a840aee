import { describe, expect, test } from "vitest";
import type {
	AttemptNode,
	LineageGraph,
	LineageNode,
} from "../../orchestrator/api/lineage/graph.ts";
import { lineageMermaid } from "../../orchestrator/cli/lineage/mermaid.ts";
import { lineageText } from "../../orchestrator/cli/lineage/text.ts";
import { aHome } from "../rig/berth-process.ts";

const attempt = (
	name: string,
	other: Partial<AttemptNode> = {},
): AttemptNode => ({
	kind: "attempt",
	id: `attempt:${name}`,
	attempt: name,
	run: "r",
	task: name,
	startedAt: "2026-11-20T10:00:12.000Z",
	endedAt: null,
	unchangedSince: null,
	image: { name: "trainer", id: "sha256:abc", key: "0123456789abcdef" },
	entrypoint: null,
	command: [],
	params: {},
	env: [],
	result: null,
	fingerprint: null,
	unknown: null,
	...other,
});

const took = (from: LineageNode, to: LineageNode, input: string) =>
	({ from: from.id, to: to.id, how: "took", input }) as const;

/** As many attempts, each made from the next one. */
function aChain(length: number): LineageGraph {
	const nodes = Array.from({ length }, (_, n) => attempt(`a${n}`));
	return {
		of: "attempt:a0",
		nodes,
		edges: nodes.slice(1).map((node, n) => took(nodes[n] ?? node, node, "in")),
	};
}

const file: LineageNode = {
	kind: "file",
	id: "file:x",
	path: 'raw/"it"`s; <b>#1</b>\u001b[31m.csv',
	bytes: 1_200,
	sha256: "f".repeat(64),
};
const [top, left, right] = [
	attempt("top", {
		command: ["train", "--why", "a b"],
		params: { depth: 8 },
		result: { rocAuc: 0.99 },
	}),
	attempt("left"),
	attempt("right"),
];
const DIAMOND: LineageGraph = {
	of: top.id,
	nodes: [top, left, right, file],
	edges: [
		took(top, left, "l"),
		took(top, right, "r"),
		took(left, file, "raw"),
		took(right, file, "raw"),
	],
};

const copied: LineageNode = {
	kind: "object",
	id: "object:c",
	object: "c".repeat(64),
	copies: { of: "inbox/many", files: 3000 },
	note: "3000 files from outside, copied when they were taken.",
};
const OF_MANY: LineageGraph = {
	of: top.id,
	nodes: [top, copied],
	edges: [took(top, copied, "raw")],
};

test("many files from outside are named by their folder", () => {
	expect(lineageText(OF_MANY)).toContain(
		[
			"  ← raw: inbox/many",
			"      object cccccccccccc",
			"      3000 files from outside, copied when they were taken.",
		].join("\n"),
	);
	expect(lineageMermaid(OF_MANY)).toContain(
		'  n1[/"inbox/many<br/>3000 files<br/>object cccccccccccc"/]',
	);
});

describe("a lineage as text", () => {
	test("is a tree in which what was printed before is referred to", () => {
		expect(lineageText(DIAMOND)).toBe(`top
    started 2026-11-20 10:00:12 UTC
    image trainer, id sha256:abc, key 0123456789ab
    command train --why "a b"
    params depth=8
    result rocAuc=0.99
  ← l: left
      started 2026-11-20 10:00:12 UTC
      image trainer, id sha256:abc, key 0123456789ab
    ← raw: file raw/"it"\`s; <b>#1</b>\\u{1b}[31m.csv
        1.2 kB, sha256 ${"f".repeat(64)}
  ← r: right
      started 2026-11-20 10:00:12 UTC
      image trainer, id sha256:abc, key 0123456789ab
    ← raw: file raw/"it"\`s; <b>#1</b>\\u{1b}[31m.csv (see above)`);
	});

	test("goes on in parts where it lies too deep, and thousands of attempts are no trouble", () => {
		const text = lineageText(aChain(3_000));
		expect(text).toContain("← in: a24 (goes on at [1])\n\n[1] a24\n");
		expect(text.match(/^ *(\[\d+\] |← in: )?a\d+$/gm)).toHaveLength(3_000);
		expect(
			Math.max(...text.split("\n").map(({ length }) => length)),
		).toBeLessThan(200);
	});

	test("comes to an end where something came from itself", () => {
		const graph = aChain(2);
		const [a = top, b = top] = graph.nodes;
		const text = lineageText({
			...graph,
			edges: [...graph.edges, took(b, a, "x")],
		});
		expect(text).toContain("← x: a0 (see above)");
	});
});

/** All that the flowchart consists of: a node with a label of harmless characters, or an arrow. */
const LABEL = /"(?:[\p{L}\p{N} .,_/@:=+-]|#\d+;|<br\/>)*"/u.source;
const LINE = new RegExp(
	`^(?:flowchart LR|%% .*|  n\\d+(?:\\[\\(${LABEL}\\)\\]|\\[${LABEL}\\]|\\[/${LABEL}/\\]|\\{\\{${LABEL}\\}\\})|  n\\d+ -->(?:\\|${LABEL}\\|)? n\\d+)$`,
	"u",
);

describe("a lineage as a flowchart", () => {
	test("has an arrow for each edge, towards what was made, and nothing in it that is not quoted", () => {
		const lines = lineageMermaid(DIAMOND).split("\n");
		expect(lines).toHaveLength(9);
		for (const line of lines) expect(line).toMatch(LINE);
		expect(lines).toContain('  n1 -->|"l"| n0');
		expect(lines.at(4)).toBe(
			'  n3[/"file raw/#34;it#34;#96;s#59; #60;b#62;#35;1#60;/b#62;#92;u#123;1b#125;#91;31m.csv<br/>1.2 kB<br/>sha256 ffffffffffff"/]',
		);
	});

	test("says when Mermaid will not draw it by itself", () => {
		const text = lineageMermaid(aChain(600));
		expect(text).toContain("%% 599 arrows: Mermaid draws 500");
		for (const line of text.split("\n")) expect(line).toMatch(LINE);
	});
});

test("berth lineage answers with an owner and without, as text, as JSON and as a flowchart", async () => {
	const home = await aHome();
	await home.pipeline(
		"two",
		`const a = tool("first", ["write", "it"], { out: { it: "first/it" } });
	tool("second", ["write", "it"], { in: { first: a.out.it }, out: { it: "second/it" } });`,
	);
	await home.berth("run", "two");
	const text = await home.berth("lineage", "second/it");
	expect(text).toMatchObject({
		code: 0,
		stdout: expect.stringMatching(
			/^second\/it\n[\s\S]*← made by two@\S+\/second\/1\n[\s\S]*← first: first\/it\n[\s\S]*← made by two@\S+\/first\/1\n/,
		),
	});
	const graph = await home.json<LineageGraph>("lineage", "second/it");
	expect(graph.nodes.map(({ kind }) => kind)).toEqual([
		"publication",
		"attempt",
		"publication",
		"attempt",
	]);
	const up = home.start(["up"]);
	await up.says(/berth answers/);
	expect(await home.json("lineage", "second/it")).toEqual(graph);
	expect(await home.berth("lineage", "second/it", "--mermaid")).toMatchObject({
		code: 0,
		stdout: expect.stringMatching(/^flowchart LR\n/),
	});
	expect(await home.berth("lineage", "third")).toMatchObject({
		code: 2,
		stderr: expect.stringContaining('Nothing is known as "third"'),
	});
	up.kill("SIGTERM");
	await up.ended;
});
