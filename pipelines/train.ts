import { pipeline, z } from "berth";

/** Every week: a model of that day's data, `models/<ds>/model`, and how good it is, `models/<ds>/report`. */
export default pipeline(
	"train",
	{
		schedule: { cron: "@weekly", catchup: "latest" },
		// Their values are in train/config; --set model=cart chooses another file there.
		params: {
			model: z.discriminatedUnion("kind", [
				z.object({ kind: z.literal("logistic"), C: z.number().positive() }),
				z.object({
					kind: z.literal("cart"),
					depth: z.int().min(1).max(1000),
					minRows: z.int().min(1).max(1000),
				}),
			]),
			seed: z.int().min(0),
		},
	},
	({ ds, params, files, container }) => {
		const raw = files("raw-data", {
			in: `raw/${ds}`,
			all: ["data.csv", "target.csv"],
			settled: "10s",
			within: "2h",
		});

		const prepare = container("prepare", {
			image: "preprocessor",
			command: ["prepare"],
			in: { raw },
			out: { table: `processed/${ds}/table` },
			result: { rows: z.int(), dropped: z.int() },
		});
		const split = container("split", {
			image: "preprocessor",
			command: ["split", "--seed", params.seed],
			in: { table: prepare.out.table },
			out: { train: `processed/${ds}/train`, val: `processed/${ds}/val` },
		});
		const train = container("train", {
			image: "trainer",
			command: ["train"],
			params: { model: params.model },
			memory: "1g",
			retries: { times: 2, backoff: "30s" },
			in: { train: split.out.train },
			out: { model: `models/${ds}/model` },
		});
		container("validate", {
			image: "trainer",
			command: ["validate"],
			in: { model: train.out.model, val: split.out.val },
			out: { report: `models/${ds}/report` },
			result: { rocAuc: z.number(), f1: z.number() },
		});
	},
);
