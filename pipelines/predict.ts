import { pipeline } from "berth";

/**
 * Every day: that day's data scored by the model in production, `predictions/<ds>/predictions.csv`.
 * Which model that is, a person decides: `berth promote models/2026-11-15/model --to models/production`.
 * For a trial with another one: `berth vars set model_path models/2026-11-16/model`.
 */
export default pipeline(
	"predict",
	{ schedule: { cron: "@daily", catchup: "latest" } },
	({ ds, vars, files, publication, container }) => {
		const data = files("raw-data", {
			in: `raw/${ds}/data.csv`,
			settled: "10s",
			within: "12h",
		});
		const model = publication("model", {
			of: "model_path" in vars ? vars.model_path : "models/production",
			within: "12h",
		});

		container("predict", {
			image: "predictor",
			in: { data, model },
			out: { predictions: `predictions/${ds}` },
			retries: { times: 2, backoff: "30s" },
		});
	},
);
