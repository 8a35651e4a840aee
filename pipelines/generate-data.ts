import { pipeline, z } from "berth";

/** Every day: one day of synthetic data, `raw/<ds>/data.csv` and `raw/<ds>/target.csv`. */
export default pipeline(
	"generate-data",
	{
		schedule: { cron: "@daily", catchup: "all" },
		params: {
			rows: z.int().min(1).default(10_000),
			seed: z.int().min(0).default(42),
		},
	},
	({ ds, params, container }) => {
		container("generate", {
			image: "generator",
			command: ["--date", ds, "--rows", params.rows, "--seed", params.seed],
			out: { raw: `raw/${ds}` },
			result: {
				rows: z.int(),
				features: z.int(),
				positives: z.int(),
				bestRocAuc: z.number(),
			},
			timeout: "30m",
		});
	},
);
