import type { Plan, Work } from "../model/plan.ts";
import type { Named } from "../model/words.ts";
import { Claims } from "./claims.ts";
import { didYouMean } from "./nearest.ts";
import type { Catalogue, Described, Entry, PlanProblem } from "./port.ts";

/** Something wrong with a pipelines folder, in a sentence that names file, task and cure. */
export interface Finding {
	/** A warning is no fault of the file: a person has yet to do something. */
	readonly severity: "error" | "warning";
	readonly file: string;
	readonly task: string | null;
	readonly message: string;
}

/** Does every file load, and plan for this day? Do all images exist, and does no path belong to two pipelines? */
export async function checkFolder(
	catalogue: Catalogue,
	occasion: CheckOccasion,
): Promise<readonly Finding[]> {
	const claims = new Claims<Publisher>();
	const entries = await catalogue.list();
	const plans = await Promise.all(
		entries.map((entry) => planFor(catalogue, entry, occasion)),
	);
	return plans.flatMap(({ entry, plan, others }) => {
		if (entry.kind === "broken")
			return [finding(entry.file, null, entry.message)];
		if (plan === null) return [];
		if ("kind" in plan) return [unplanned(entry, plan)];
		return [
			...imageFindings(entry, plan, occasion.knownImages),
			...claimFindings(entry, plan, claims),
			...others.map((other) => unplanned(entry, other)),
		];
	});
}

async function planFor(
	catalogue: Catalogue,
	entry: Entry,
	{ ds, vars }: CheckOccasion,
) {
	if (entry.kind === "broken") return { entry, plan: null, others: [] };
	const planWith = (params: Named<string>) =>
		catalogue.plan({ pipeline: entry.name, ds, params, vars });
	const plan = await planWith({});
	const choices = "kind" in plan ? [] : otherChoices(entry, plan);
	const others = await Promise.all(choices.map(planWith));
	return { entry, plan, others: others.filter(isWrong) };
}

/** Each choice of the config that is not made by itself, one at a time: nobody should find out by a run that it is wrong. */
const otherChoices = ({ groups }: Described, plan: Plan): Named<string>[] =>
	Object.entries(plan.choices ?? {}).flatMap(([key, chosen]) =>
		(groups[key.split("@")[0] ?? ""] ?? [])
			.filter((option) => option !== chosen)
			.map((option) => ({ [key]: option })),
	);

/** What a choice asks a person for is given with it. */
const isWrong = (plan: Plan | PlanProblem): plan is PlanProblem =>
	"kind" in plan && plan.missing === undefined;

export interface CheckOccasion {
	readonly ds: string;
	readonly vars: Named<string>;
	/** The names of the folders under the images folder. */
	readonly knownImages: readonly string[];
}

/** A sentence about an image that is neither a folder of the images folder nor a reference; null when it is one of them. */
export function imageProblem(
	image: string,
	known: readonly string[],
): string | null {
	if (/[/:.@]/.test(image) || known.includes(image)) return null;
	return `unknown image "${image}": there is no such folder under the images folder.${didYouMean(image, known)} For an image from elsewhere, write its tag: "${image}:latest".`;
}

function imageFindings(
	{ file }: Described,
	plan: Plan,
	known: readonly string[],
): Finding[] {
	return plan.tasks.flatMap(({ name, work }) => {
		if (work.kind !== "container") return [];
		const problem = imageProblem(work.image, known);
		return problem === null
			? []
			: [finding(file, name, `${file}, task "${name}": ${problem}`)];
	});
}

function claimFindings(
	{ file }: Described,
	plan: Plan,
	claims: Claims<Publisher>,
): Finding[] {
	return outputsOf(plan).flatMap(({ task, output, path }) => {
		const taken = claims.add(path, { file, task, output });
		if (taken === null) return [];
		const { owner } = taken;
		// Several pipelines may promote to one place.
		if (output === null && owner.output === null && taken.path === path)
			return [];
		const how = output === null ? "it promotes" : `its output "${output}" goes`;
		const message = `${file}, task "${task}": ${how} to "${path}", but task "${owner.task}" of ${owner.file} publishes "${taken.path}". Give each pipeline paths of its own.`;
		return [finding(file, task, message)];
	});
}

/** Who publishes to a path. `output` is null for a promotion. */
interface Publisher {
	readonly file: string;
	readonly task: string;
	readonly output: string | null;
}

const outputsOf = (plan: Plan) =>
	plan.tasks.flatMap(({ name: task, work }) =>
		publishedBy(work).map((published) => ({ ...published, task })),
	);

function publishedBy(work: Work): Published[] {
	switch (work.kind) {
		case "container":
			return Object.entries(work.out).map(([output, path]) => ({
				output,
				path,
			}));
		case "promote":
			return [{ output: null, path: work.to }];
		case "files":
		case "publication":
			return [];
	}
}

interface Published extends Pick<Publisher, "output"> {
	readonly path: string;
}

/** A variable that nobody has set yet, or a param that a person gives with each run, is not the file's fault; but nobody gives params to a schedule. */
function unplanned(
	{ file, schedule }: Described,
	{ message, missing }: PlanProblem,
): Finding {
	const isForAPerson =
		missing === "variable" || (missing === "param" && schedule === null);
	const severity = isForAPerson ? "warning" : "error";
	return { ...finding(file, null, message), severity };
}

const finding = (
	file: string,
	task: string | null,
	message: string,
): Finding => ({ severity: "error", file, task, message });
