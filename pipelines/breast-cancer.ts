import { pipeline, z } from "berth";

/** The columns of wdbc.data, which has no header: an id, the diagnosis, and ten features of cell nuclei as mean, standard error and worst. */
const features = [
	"radius",
	"texture",
	"perimeter",
	"area",
	"smoothness",
	"compactness",
	"concavity",
	"concave_points",
	"symmetry",
	"fractal_dimension",
];
const columns = [
	"id",
	"diagnosis",
	...["mean", "se", "worst"].flatMap((kind) =>
		features.map((feature) => `${feature}_${kind}`),
	),
];

/** The same images on real data: put the Wisconsin breast-cancer table at `inbox/wdbc.data`, then `berth run breast-cancer`. */
export default pipeline(
	"breast-cancer",
	{
		params: {
			seed: z.int().min(0).default(42).describe("of the split"),
			model: z.enum(["logistic", "cart"]).default("logistic"),
		},
	},
	({ ds, params, files, container }) => {
		const raw = files("table", { in: "inbox/wdbc.data", settled: "2s" });

		const prepare = container("prepare", {
			image: "preprocessor",
			command: [
				"prepare",
				"--columns",
				columns.join(","),
				"--target",
				"diagnosis",
				"--positive",
				"M",
				"--negative",
				"B",
			],
			in: { raw },
			out: { table: `breast-cancer/${ds}/table` },
			result: { rows: z.int(), dropped: z.int() },
		});
		const split = container("split", {
			image: "preprocessor",
			command: ["split", "--seed", params.seed, "--fraction", 0.2],
			in: { table: prepare.out.table },
			out: {
				train: `breast-cancer/${ds}/train`,
				val: `breast-cancer/${ds}/val`,
			},
		});
		const train = container("train", {
			image: "trainer",
			command: ["train", "--model", params.model],
			in: { train: split.out.train },
			out: { model: `breast-cancer/${ds}/model` },
		});
		container("validate", {
			image: "trainer",
			command: ["validate"],
			in: { model: train.out.model, val: split.out.val },
			out: { report: `breast-cancer/${ds}/report` },
			result: { accuracy: z.number(), rocAuc: z.number(), f1: z.number() },
		});
		container("predict", {
			image: "predictor",
			in: { model: train.out.model, data: split.out.val },
			out: { predictions: `breast-cancer/${ds}/predictions` },
		});
	},
);
