// biome-ignore-all lint/suspicious/noTemplateCurlyInString: configs name their values so
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "../../orchestrator/define/index.ts";
import { aConfigFolder, composed, composedIn, refusal } from "./config-rig.ts";

const ofConfig = (text: string, given = {}) =>
	composed({ "config.yaml": text }, given).params;

const refused = (text: string, given = {}) =>
	refusal({ "config.yaml": text }, given);

describe("values that name others", () => {
	test("from the root, beside them, and one level up; whole or inside a string", () => {
		const text = `seed: 7
name: run-\${seed}-\${model.C}-\${when}
when: \${ds}
list: ["\${seed}", "x\${list[0]}"]
model:
  C: 0.5
  twin: \${.C}
  seed: \${..seed}
  all: \${..x}
x: {y: [1, "\${model.C}"]}
`;
		expect(ofConfig(text)).toEqual({
			seed: 7,
			name: "run-7-0.5-2026-11-20",
			when: "2026-11-20",
			list: [7, "x7"],
			model: { C: 0.5, twin: 0.5, seed: 7, all: { y: [1, 0.5] } },
			x: { y: [1, 0.5] },
		});
	});

	test("through a value that names a map, and by a name that is put together", () => {
		const text =
			"a: {big: {n: 3}}\nb: ${a}\nc: ${b.big.n}\nname: big\nx: ${a.${name}.n}\nseed: \\${seed}\n";
		expect(ofConfig(text)).toMatchObject({ c: 3, x: 3, seed: "${seed}" });
	});

	test("what a person sets counts, and may name values too", () => {
		const text = "seed: 1\nmodel: {C: '${seed}'}\nx: 0\n";
		expect(ofConfig(text, { seed: "9", x: "${model.C}" })).toEqual({
			seed: 9,
			model: { C: 9 },
			x: 9,
		});
	});

	test("a param that only its type gives a value can be named", () => {
		const shape = { seed: z.int().default(42), name: z.string() };
		const files = { "config.yaml": "name: s${seed}\n" };
		expect(composed(files, {}, shape).params).toEqual({
			seed: 42,
			name: "s42",
		});
	});

	test.each([
		[
			"a: ${b}\nb: x${c.d}\nc: {d: '${a}'}\n",
			"train/config/config.yaml:1: these values name each other in a circle: a → b → c.d → a. Give one of them a value of its own.",
		],
		[
			"model: {C: 1}\nx: ${model.D}\n",
			'train/config/config.yaml:2: "${model.D}" names no value of the config. Did you mean "model.C"?',
		],
		["seed: 1\nx: ${sede}\n", 'Did you mean "seed"?'],
		["x: ${..y}\n", '"${..y}" leads to no value'],
		["x: ${\n", 'opens "${" and does not close it'],
		["a: {b: 1}\nx: n${a}\n", "puts a map into a string"],
		[
			"seed: 1\nlist: [${seed}]\n",
			'train/config/config.yaml:2:9: Missing , or : between flow sequence items. Within [ ] and { } it takes quotes: "${seed}".',
		],
		[
			"x: ${oc.env:HOME}\n",
			'train/config/config.yaml:1: "${oc.env:HOME}" is a resolver, and there are none: a plan depends on nothing but its params, ds and vars',
		],
	])("%j is refused", (text, words) => {
		expect(refused(text)).toContain(words);
	});
});

describe("a value that must be given", () => {
	const text = "model: {C: ???}\n";

	test("is asked for by its name, also by those who name it", () => {
		expect(refused(text)).toBe(
			'param "model.C" is needed (train/config/config.yaml:1). Give it with --set model.C=….',
		);
		expect(refused(`x: \${model.C}\n${text}`)).toBe(
			'train/config/config.yaml:1: "${model.C}" names a value that is needed (train/config/config.yaml:2). Give it with --set model.C=….',
		);
	});

	test("is fine once it is given", () => {
		expect(ofConfig(text, { "model.C": "0.1" })).toEqual({ model: { C: 0.1 } });
	});
});

describe("what a person sets", () => {
	const text = "model: {C: 1, kind: x}\nlist: [1, 2]\n";

	test("is added with a plus, and taken away with a tilde", () => {
		const given = {
			"+model.extra": "[1, {a: b}]",
			"++model.C": "2",
			"~model.kind": "",
			"list[1]": "5",
		};
		expect(ofConfig(text, given)).toEqual({
			model: { C: 2, extra: [1, { a: "b" }] },
			list: [1, 5],
		});
		expect(ofConfig(text, { "~model.C": "1" }).model).toEqual({ kind: "x" });
	});

	test.each([
		[
			{ "model.D": "1" },
			'there is no param "model.D". Did you mean "model.C"?',
		],
		[
			{ "~model.D": "" },
			'there is no param "model.D". Did you mean "model.C"?',
		],
		[
			{ "+model.C": "2" },
			'--set +model.C=2: "model.C" is there already (train/config/config.yaml:1). Leave out the "+" to change it.',
		],
		[
			{ "~model.C": "2" },
			"--set ~model.C=2: \"model.C\" is 1 (train/config/config.yaml:1), so it is not taken away. Write --set '~model.C' to take it away whatever it is.",
		],
		[{ "+model": "x" }, '"model" is there already'],
		[{ "=x": "1" }, '"=x" is no name for a param'],
	])("%j is refused", (given, words) => {
		expect(refused(text, given)).toContain(words);
	});

	test("a dotted name of a group is told how the group is chosen", () => {
		const files = {
			"config.yaml": "defaults:\n  - model: cart\n",
			"model/cart.yaml": "depth: 1\n",
			"model/optimizer/adam.yaml": "rate: 1\n",
		};
		expect(refusal(files, { "model.optimizer": "adam" })).toBe(
			'there is no param "model.optimizer", but a group of that name: choose one of its files with --set model/optimizer=….',
		);
		expect(refusal(files, { "++model": "cart" })).toContain(
			'"model" is a group',
		);
	});
});

describe("types", () => {
	const shape = {
		seed: z.int().default(42),
		model: z.discriminatedUnion("kind", [
			z.object({ kind: z.literal("logistic"), C: z.number().positive() }),
			z.object({ kind: z.literal("cart"), depth: z.int().min(1).default(8) }),
		]),
		name: z.string().default("x"),
		tags: z.record(z.string(), z.number()).default({}),
	};
	const files = {
		"config.yaml": "defaults:\n  - model: logistic\n",
		"model/logistic.yaml": "kind: logistic\nC: 1.0\n",
		"model/cart.yaml": "kind: cart\n",
		"model/bad.yaml": "kind: cart\ndepth: deep\n",
		"model/odd.yaml": "kind: cart\ndept: 3\n",
	};

	test("a word is read as the type of its own key", () => {
		const given = { "model.C": "0.1", name: "42", "tags.a": "1" };
		expect(composed(files, given, shape).params).toEqual({
			seed: 42,
			model: { kind: "logistic", C: 0.1 },
			name: "42",
			tags: { a: 1 },
		});
		const cart = { model: "cart", "model.depth": "3" };
		expect(composed(files, cart, shape).params.model).toEqual({
			kind: "cart",
			depth: 3,
		});
	});

	test.each([
		[
			{ model: "bad" },
			'param "model.depth" cannot be "deep": Invalid input: expected number, received string (train/config/model/bad.yaml:2). Give it with --set model.depth=….',
		],
		[
			{ "model.C": "-1" },
			'param "model.C" cannot be -1: Too small: expected number to be >0 (--set model.C=-1).',
		],
		[
			{ "model.kind": "tree" },
			"param \"model.kind\" cannot be \"tree\": Invalid discriminator value. Expected 'logistic' | 'cart'",
		],
		[
			{ "model.depth": "3" },
			'there is no param "model.depth". Its params are model.kind, model.C.',
		],
		[
			{ model: "odd" },
			'there is no param "model.dept" (train/config/model/odd.yaml:2). Did you mean "model.depth"?',
		],
		[{ "~model.C": "" }, 'param "model.C" is needed: '],
		[{ "+sede": "1" }, 'there is no param "sede". Did you mean "seed"?'],
	])("%j is refused by its dotted name", (given, words) => {
		expect(refusal(files, given, shape)).toContain(words);
	});

	test("what a config says beside the params is refused", () => {
		const more = { "config.yaml": "sede: 1\nmodel: {kind: cart}\n" };
		expect(refusal(more, {}, shape)).toBe(
			'there is no param "sede" (train/config/config.yaml:1). Did you mean "seed"?',
		);
	});
});

describe("nothing outside of the folder is read", () => {
	test("by a name", () => {
		const folder = aConfigFolder({ "config.yaml": "defaults: [{model: a}]\n" });
		writeFileSync(join(folder, "train/secret.yaml"), "key: 1\n");
		mkdirSync(join(folder, "train/config/model"));
		expect(() => composedIn(folder, { model: "../../secret" })).toThrow(
			'"model" has no choice "../../secret"',
		);
	});

	test.each([
		["model/cart.yaml", "config.yaml"],
		["config.yaml", "model/cart.yaml"],
	])("by the link %s", (link, own) => {
		const all = {
			"config.yaml": "defaults: [{model: cart}]\n",
			"model/cart.yaml": "x: 1\n",
		};
		const folder = aConfigFolder({ [own]: all[own as keyof typeof all] });
		const place = join(folder, "train/config", link);
		mkdirSync(dirname(place), { recursive: true });
		symlinkSync(join(aConfigFolder(all), "train/config", link), place);
		expect(() => composedIn(folder)).toThrow(
			`train/config/${link} is a link, which could lead anywhere. Put the file itself there.`,
		);
	});

	test("by a link in place of a group", () => {
		const outside = aConfigFolder({ "model/cart.yaml": "x: 1\n" });
		const folder = aConfigFolder({
			"config.yaml": "defaults: [{model: cart}]\n",
		});
		const from = join(outside, "train/config/model");
		symlinkSync(from, join(folder, "train/config/model"));
		expect(() => composedIn(folder)).toThrow(
			"train/config/model is a link, which could lead anywhere.",
		);
	});

	test("by a link in place of the folder itself", () => {
		const outside = aConfigFolder({ "config.yaml": "seed: 1\n" });
		const folder = aConfigFolder({});
		mkdirSync(join(folder, "other"));
		symlinkSync(join(outside, "train/config"), join(folder, "other/config"));
		expect(() => composedIn(folder, {}, {}, "other.ts")).toThrow(
			"other/config must be a folder, and no link or file",
		);
	});

	test("a file with the wrong ending is told", () => {
		const files = { "config.yaml": "defaults: [{model: cart}]\n" };
		expect(refusal({ ...files, "model/cart.yml": "" })).toBe(
			"train/config/model/cart.yml is not read: config files end with .yaml. Rename it.",
		);
	});
});
