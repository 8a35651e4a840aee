/** What becomes of each thing in dvc.yaml that has no counterpart here, and what to do. */
export const SECTIONS: Readonly<Record<string, string>> = {
	plots:
		"how to draw plots is not translated; the files themselves are published when a stage writes them",
	params:
		"params that no stage uses are not translated; a pipeline's params are those that its stages use",
	artifacts:
		"names and labels of artifacts are not translated; an output is found by its path (berth artifacts)",
	datasets:
		"datasets are not translated; put the data into the data directory and name it in deps",
};

export const STAGE_KEYS: Readonly<Record<string, string>> = {
	live: "dvclive's section is not translated; list its folder under outs and its JSON file under metrics",
	frozen:
		"DVC leaves this stage alone; here it is a task like any other, and what is unchanged is not computed again. To pin what it made, put that into the data directory and take the stage out",
	locked: "DVC leaves this stage alone; here it is a task like any other",
	meta: "DVC ignores it, and so does berth",
	md5: "checksums are not translated; berth computes its own",
};

export const OUT_FLAGS: Readonly<Record<string, string>> = {
	persist:
		"DVC leaves the earlier output in place for the command to add to; here it begins empty. Let the command make all of it",
	checkpoint:
		"there are no checkpoints; what is there when the command ends is published",
	remote:
		"nothing is pushed to a remote; outputs stay in the data directory. Copy them from there",
	push: "nothing is pushed to a remote; outputs stay in the data directory",
	type: LABELS(),
	labels: LABELS(),
	meta: LABELS(),
	desc: LABELS(),
};

function LABELS(): string {
	return "words about an output are not kept; it is found by its path";
}

export const PLOT_FLAG =
	"how to draw it is not translated; the file is published as it is";
export const PLOT_FLAGS = new Set([
	"template",
	"x",
	"y",
	"x_label",
	"y_label",
	"title",
	"header",
]);

export const UNKNOWN =
	"is nothing that this import knows. Look up what it does in DVC, and whether the task needs it";
