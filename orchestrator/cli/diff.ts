import type { DiffView, FileDiff } from "../api/explaining.ts";
import { shown } from "../model/knobs.ts";
import { printable } from "../model/quoted.ts";
import type { MetricChange } from "../model/side-by-side.ts";
import type { Json } from "../model/words.ts";
import { answer } from "./answer.ts";
import { withReader } from "./reach.ts";
import { bytesInWords, table } from "./table.ts";

/** Two artifacts, tasks or runs side by side. */
export async function diff(
	a: string,
	b: string,
	{ json }: { readonly json?: boolean },
): Promise<void> {
	await withReader(async (reader) => {
		const view = await reader.diff(a, b);
		answer(view, json, () => inWords(view));
	});
}

function inWords(view: DiffView): string {
	const { a, b, files, problems, metrics, params, isSame } = view;
	const parts = [
		[`a  ${titleOf(a)}`, `b  ${titleOf(b)}`].join("\n"),
		isSame ? "The files are the same." : files.map(fileLine).join("\n"),
		problems.join("\n"),
		metrics.length === 0
			? ""
			: table(
					["metric", "a", "b", ""],
					metrics.map((metric) => [
						metric.name,
						inShort(metric.a),
						inShort(metric.b),
						judged(metric),
					]),
				),
		params.length === 0
			? ""
			: table(
					["param", "a", "b"],
					params.map((param) => [
						param.name,
						valueShown(param.a),
						valueShown(param.b),
					]),
				),
	];
	return parts.filter((part) => part !== "").join("\n\n");
}

const titleOf = ({ name, maker }: DiffView["a"]): string =>
	maker === null || name === maker ? name : `${name}  (made by ${maker})`;

function fileLine({ path, change, before, after }: FileDiff): string {
	const sizes = [before, after].flatMap((bytes) =>
		bytes === null ? [] : [bytesInWords(bytes)],
	);
	return `${SIGN[change]} ${printable(path)}  (${sizes.join(" → ")})`;
}

const SIGN = { added: "+", removed: "-", changed: "~" } as const;

const inShort = (value: number | null): string | null =>
	value === null ? null : String(Number(value.toPrecision(6)));

/** One that a run does not have is told as a metric that it does not have. */
const valueShown = (value: Json): string | null =>
	value === null ? null : shown(value);

const judged = ({ change }: MetricChange): string => change ?? "";
