import { describe, expect, test } from "vitest";
import { composed, refusal } from "./config-rig.ts";

const MODELS = {
	"config.yaml": "defaults:\n  - model: logistic\n  - _self_\nseed: 42\n",
	"model/logistic.yaml": "kind: logistic\nC: 1.0\n",
	"model/cart.yaml": "kind: cart\ndepth: 8\n",
};

describe("choices", () => {
	test("a group's file goes under the group's name, and another can be chosen", () => {
		expect(composed(MODELS)).toEqual({
			params: { seed: 42, model: { kind: "logistic", C: 1 } },
			choices: { model: "logistic" },
		});
		expect(composed(MODELS, { model: "cart" })).toEqual({
			params: { seed: 42, model: { kind: "cart", depth: 8 } },
			choices: { model: "cart" },
		});
	});

	test("a choice that is not there is told with the nearest, and all that are", () => {
		expect(refusal(MODELS, { model: "logistc" })).toBe(
			'--set model=logistc: "model" has no choice "logistc". Did you mean "logistic"? There are: cart, logistic.',
		);
	});

	test("an object for a group's name is laid over its values", () => {
		expect(composed(MODELS, { model: { C: 3 } }).params).toEqual({
			seed: 42,
			model: { kind: "logistic", C: 3 },
		});
	});

	test("groups may be nested, and have defaults of their own", () => {
		const files = {
			...MODELS,
			"model/cart.yaml":
				"defaults:\n  - optimizer: adam\n  - base\n  - _self_\nkind: cart\n",
			"model/base.yaml": "kind: base\nrounds: 3\n",
			"model/optimizer/adam.yaml": "rate: 0.1\n",
			"model/optimizer/sgd.yaml": "rate: 0.5\n",
		};
		expect(composed(files, { model: "cart" })).toEqual({
			params: {
				seed: 42,
				model: { optimizer: { rate: 0.1 }, kind: "cart", rounds: 3 },
			},
			choices: { model: "cart", "model/optimizer": "adam" },
		});
		const other = { model: "cart", "model/optimizer": "sgd" };
		expect(composed(files, other).params.model).toMatchObject({
			optimizer: { rate: 0.5 },
		});
		expect(refusal(files, { "model/optimizer": "sgd" })).toBe(
			'--set model/optimizer=sgd: no defaults list chooses "model/optimizer" so there is nothing to override. There are: model. To add it, write --set +model/optimizer=sgd.',
		);
	});

	test("a choice can be added, taken away, and left open", () => {
		const files = {
			"config.yaml": "defaults:\n  - model: ???\n  - db: null\nseed: 1\n",
			"model/cart.yaml": "depth: 8\n",
			"db/mysql.yaml": "port: 1\n",
			"second/x.yaml": "y: 1\n",
		};
		expect(refusal(files)).toBe(
			'a choice for "model" is needed (train/config/config.yaml:2). Give it with --set model=…. There are: cart.',
		);
		const given = { model: "cart", db: "mysql", "+second": "x" };
		expect(composed(files, given)).toEqual({
			params: {
				seed: 1,
				model: { depth: 8 },
				db: { port: 1 },
				second: { y: 1 },
			},
			choices: { db: "mysql", model: "cart", second: "x" },
		});
		expect(composed(files, { "~model": "", "+second": "x" })).toEqual({
			params: { seed: 1, second: { y: 1 } },
			choices: { second: "x" },
		});
		expect(refusal(files, { model: "cart", "~model": "forest" })).toContain(
			'--set ~model=forest: no defaults list chooses "model" so',
		);
	});

	test("an optional choice may be missing, another not", () => {
		const files = {
			"config.yaml":
				"defaults:\n  - optional model: small\n  - _self_\nseed: 1\n",
		};
		expect(composed(files)).toEqual({ params: { seed: 1 }, choices: {} });
		const needed = { "config.yaml": "defaults:\n  - model: small\n" };
		expect(refusal(needed)).toBe(
			'train/config/config.yaml:2: "model" has no choice "small". There is no folder train/config/model.',
		);
	});
});

describe("the order of a defaults list", () => {
	const files = (defaults: string) => ({
		"config.yaml": `defaults: [${defaults}]\nmodel: {C: 7, own: 1}\n`,
		"model/logistic.yaml": "C: 1\nkind: logistic\n",
	});

	test.each([
		["model: logistic, _self_", 7],
		["_self_, model: logistic", 1],
		// As in Hydra since 1.1: what does not say where it stands is laid over its defaults.
		["model: logistic", 7],
	])("[%s] gives C = %i", (defaults, c) => {
		const list = defaults.replace("model: logistic", "{model: logistic}");
		expect(composed(files(list)).params.model).toEqual({
			C: c,
			kind: "logistic",
			own: 1,
		});
	});

	test("a file of the folder itself can be laid below, and a list replaces a list", () => {
		const base = {
			"config.yaml": "defaults:\n  - base\n  - _self_\nlist: [3]\na: {x: 1}\n",
			"base.yaml": "list: [1, 2]\na: {y: 2}\nseed: 1\n",
		};
		expect(composed(base).params).toEqual({
			list: [3],
			a: { x: 1, y: 2 },
			seed: 1,
		});
	});
});

describe("experiments", () => {
	const files = {
		...MODELS,
		"experiment/deep.yaml":
			"# @package _global_\ndefaults:\n  - override /model: cart\n  - _self_\nseed: 7\nmodel:\n  depth: 20\n",
	};

	test("a file with the package _global_ changes the whole, choices too", () => {
		expect(composed(files, { "+experiment": "deep" })).toEqual({
			params: { seed: 7, model: { kind: "cart", depth: 20 } },
			choices: { experiment: "deep", model: "cart" },
		});
	});

	test("the command line counts more than an override", () => {
		const given = { "+experiment": "deep", model: "logistic" };
		expect(composed(files, given).choices).toEqual({
			experiment: "deep",
			model: "logistic",
		});
	});

	test("an override that comes too early, or finds nothing, is refused", () => {
		const early = {
			...files,
			"config.yaml": "defaults:\n  - experiment: deep\n  - model: logistic\n",
		};
		expect(refusal(early)).toContain(
			'train/config/experiment/deep.yaml:3: no defaults list chooses "model" after that entry is read',
		);
		const between = {
			...MODELS,
			"config.yaml":
				"defaults:\n  - override model: cart\n  - model: logistic\n",
		};
		expect(refusal(between)).toBe(
			'train/config/config.yaml:3: what overrides other choices must be at the end of the defaults list. Move this entry before the first "override".',
		);
		const twice = {
			...MODELS,
			"config.yaml": "defaults:\n  - model: cart\n  - model: logistic\n",
		};
		expect(refusal(twice)).toContain('"model" is chosen twice');
	});

	test("a choice can be placed elsewhere, and named by another", () => {
		const placed = {
			...MODELS,
			"config.yaml":
				// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the config's own
				"defaults:\n  - model: cart\n  - model@second: logistic\n  - db: for_${model}\n",
			"db/for_cart.yaml": "port: 1\n",
		};
		expect(composed(placed, { "model@second": "cart" })).toEqual({
			params: {
				model: { kind: "cart", depth: 8 },
				second: { kind: "cart", depth: 8 },
				db: { port: 1 },
			},
			choices: { db: "for_cart", model: "cart", "model@second": "cart" },
		});
	});
});

describe("YAML", () => {
	test.each([
		["seed: [1, 2\n", "train/config/config.yaml:2:1: "],
		[
			"seed: 1\nseed: 2\n",
			"train/config/config.yaml:2:1: Map keys must be unique.",
		],
		["a:\n  - b\n c: 1\n", "train/config/config.yaml:3:"],
		[
			"seed: .nan\n",
			"train/config/config.yaml:1:7: Such a value cannot be held.",
		],
		[
			"seed: !secret x\n",
			"train/config/config.yaml:1:7: Unresolved tag: !secret.",
		],
		["- 1\n", "train/config/config.yaml: it must hold keys with values"],
		[
			"defaults: model\n",
			'train/config/config.yaml:1: "defaults" must be a list',
		],
		["defaults: [{model: a, db: b}]\n", "must be one choice"],
		["defaults: [_self_, _self_]\n", '"_self_" is in the defaults list twice'],
		["defaults: [optonal model: a]\n", 'Did you mean "optional"?'],
		[
			"defaults: [../../secret]\n",
			'"../../secret" does not lead to a file of the config folder.',
		],
		[
			"defaults: [{model: ../../secret}]\n",
			'"model" has no choice "../../secret".',
		],
		["defaults: [config]\n", "is among its own defaults"],
	])("%j is refused where it is wrong", (text, words) => {
		expect(refusal({ "config.yaml": text })).toContain(words);
	});

	test("what holds itself is refused with its line", () => {
		expect(refusal({ "config.yaml": "a: 1\nb: &b [*b]\n" })).toMatch(
			/^train\/config\/config.yaml:2:\d+: It is nested 100 levels deep\.$/,
		);
	});

	test("anchors and merges work, within reason", () => {
		const text = "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: *a\n";
		expect(composed({ "config.yaml": text }).params).toEqual({
			a: { x: 1, y: 2 },
			b: { x: 1, y: 3 },
			c: { x: 1, y: 2 },
		});
		const bomb = ["a: &a0 [x]"];
		for (let i = 1; i < 12; i++)
			bomb.push(
				`b${i}: &a${i} [${Array(10)
					.fill(`*a${i - 1}`)
					.join(",")}]`,
			);
		expect(refusal({ "config.yaml": bomb.join("\n") })).toContain(
			"holds more than 100000 values",
		);
	});

	test("an empty file is an empty config, and a folder without config.yaml is refused", () => {
		expect(composed({ "config.yaml": "" }).params).toEqual({});
		expect(refusal({ "model/cart.yaml": "" })).toBe(
			"train/config/config.yaml is missing: it holds the values of the config and its defaults list. Make it, or remove the folder.",
		);
	});
});
