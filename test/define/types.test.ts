import { expect, expectTypeOf, test } from "vitest";
import type {
	Output,
	Promotion,
	PublicationSensor,
	ResultValue,
	Sensor,
} from "../../orchestrator/define/index.ts";
import { pipeline, z } from "../../orchestrator/define/index.ts";
import { planOf } from "./plan-of.ts";

// tsc checks this file: where it says "expect an error", leaving the error out is one.
test("types know what was declared, and nothing else", async () => {
	const made = pipeline(
		"p",
		{
			params: {
				seed: z.int().default(42),
				model: z.enum(["logistic", "cart"]).default("cart"),
			},
		},
		({ ds, params, vars, files, publication, container, promote }) => {
			expectTypeOf(ds).toBeString();
			expectTypeOf(params.seed).toBeNumber();
			expectTypeOf(params.model).toEqualTypeOf<"logistic" | "cart">();
			// @ts-expect-error: no such param
			params.sede;
			const raw = files("raw", { in: `raw/${ds}`, all: ["data.csv"] });
			expectTypeOf(raw).toEqualTypeOf<Sensor>();
			const prepare = container("prepare", {
				image: "preprocessor",
				in: { raw },
				out: { table: `processed/${ds}` },
				result: { rows: z.int(), best: z.object({ depth: z.int() }) },
			});
			expectTypeOf(prepare.out.table).toEqualTypeOf<Output>();
			expectTypeOf(prepare.result.rows).toEqualTypeOf<ResultValue<number>>();
			const plain = container("plain", { image: "x", after: [raw, prepare] });
			const use = () => {
				// @ts-expect-error: not declared
				prepare.out.tabel;
				// @ts-expect-error: not declared
				prepare.result.columns;
				// @ts-expect-error: declares no outputs
				plain.out.table;
				// @ts-expect-error: declares no result
				plain.result.rows;
				// @ts-expect-error: known only later
				prepare.result.rows > 3;
				// @ts-expect-error: known only later
				prepare.result.rows + 1;
				// @ts-expect-error: not even then
				prepare.result.best.width;
			};
			expectTypeOf(use).toBeFunction();
			container("words", {
				image: "x",
				command: ["a", 1, true, prepare.result.rows, prepare.result.best.depth],
				env: { MODEL: vars.model_path, ROWS: `${prepare.result.rows}` },
				in: { table: prepare.out.table, path: "inbox/x" },
				memory: "512m",
				timeout: "1.5h",
				network: "my-network",
			});
			const model = publication("model", { of: "models/1", maxAge: "7d" });
			expectTypeOf(model).toEqualTypeOf<PublicationSensor>();
			const production = promote(prepare.out.table, "models/production", {
				after: [plain, raw],
				join: "all-over",
				retries: { times: 1, backoff: "1s" },
			});
			expectTypeOf(production).toEqualTypeOf<Promotion>();
			promote(production, "models/best", { name: "best" });
			promote(model, "models/other");
			promote(vars.model_path, "models/from-a-path");
			container("user", {
				image: "x",
				in: { production },
				after: [production],
			});
		},
	);
	await planOf(made, { vars: { model_path: "models/1" } });
});

test("options that do not exist, or not yet, are no options", () => {
	const made = pipeline("p", {}, ({ container, files, promote }) => {
		// @ts-expect-error: a size has a unit
		container("a", { image: "x", memory: "512" });
		// @ts-expect-error: a duration has a unit
		container("b", { image: "x", timeout: 30 });
		// @ts-expect-error: not yet
		container("c", { image: "x", secrets: ["x"] });
		// @ts-expect-error: no such option
		container("d", { image: "x", memroy: "1g" });
		// @ts-expect-error: an image is needed
		container("e", {});
		// @ts-expect-error: a list of words
		container("f", { image: "x", command: "echo" });
		// @ts-expect-error: a string is no task
		container("g", { image: "x", after: ["f"] });
		// @ts-expect-error: no such option
		const h = files("h", { in: "x", settle: "1s" });
		// @ts-expect-error: files from outside
		promote(h, "models/production");
		// @ts-expect-error: a path is needed
		promote("models/1");
		// @ts-expect-error: no such option
		promote("models/1", "models/production", { cache: false });
	});
	const misspelt = () =>
		// @ts-expect-error: no such option
		pipeline("q", { shedule: { cron: "@daily" } }, () => {});
	expect(misspelt).toThrow("shedule");
	expect(made.name).toBe("p");
});
