import { stripTypeScriptTypes } from "node:module";

/** One small mistake in one file. */
export interface Mutant {
	readonly file: string;
	readonly line: number;
	/** The line as it is, and what becomes of it. */
	readonly was: string;
	readonly is: string;
	/** The whole file with the mistake in it. */
	readonly source: string;
}

/** Every mistake that the operators below can make in this source. */
export function mutantsOf(file: string, source: string): Mutant[] {
	const code = withoutWords(stripTypeScriptTypes(source));
	const edits = OPERATORS.flatMap((operator) => [...operator(code, source)]);
	return edits
		.map((edit) => mutant(file, source, edit))
		.filter(({ was, is }) => was !== is);
}

/** Replaces what lies between two places. */
interface Edit {
	readonly from: number;
	readonly to: number;
	readonly by: string;
}

/** Looks for places in the bare code, which has the same places as the source. */
type Operator = (code: string, source: string) => Iterable<Edit>;

const SWAPS: readonly (readonly [RegExp, string])[] = [
	[/ === /g, " !== "],
	[/ !== /g, " === "],
	[/ && /g, " || "],
	[/ \|\| /g, " && "],
	[/ \?\? /g, " && "],
	[/ <= /g, " < "],
	[/ < /g, " <= "],
	[/ >= /g, " > "],
	[/ > /g, " >= "],
	[/ \+ /g, " - "],
	[/ - /g, " + "],
	[/ \+= /g, " -= "],
	[/ -= /g, " += "],
	[/ \*\* /g, " * "],
	[/ \* /g, " / "],
	[/\btrue\b/g, "false"],
	[/\bfalse\b/g, "true"],
	[/(?<=[\s(])!(?=[\w(])/g, ""],
	[/(?<=\s)\? /g, "&& false ? "],
	[/(?<=\s)\? /g, "|| true ? "],
	[/\.some\(/g, ".every("],
	[/\.every\(/g, ".some("],
	[/\.add\(/g, ".delete("],
	[/\.delete\(/g, ".add("],
	[/\.union\(/g, ".subtract("],
	[/\bMath\.min\b/g, "Math.max"],
	[/\bMath\.max\b/g, "Math.min"],
];

/** One operator, comparison or truth for another. */
const swaps: Operator = function* (code) {
	for (const [pattern, by] of SWAPS)
		for (const { index, 0: was } of code.matchAll(pattern))
			yield { from: index, to: index + was.length, by };
};

/** A number that is one too large. */
const numbers: Operator = function* (code) {
	for (const { index, 0: was } of code.matchAll(/(?<![\w.])\d[\d_]*\b/g)) {
		const by = String(Number(was.replaceAll("_", "")) + 1);
		yield { from: index, to: index + was.length, by };
	}
};

/** Another word than the right one, where words are stored. Where they are compared, the comparison is swapped. */
const words: Operator = function* (code, source) {
	for (const { index, 0: was } of source.matchAll(/"[a-z-]+"/g)) {
		const isCode = code[index] === '"';
		const isStored = !/(?:case |[!=]== )$/.test(source.slice(0, index));
		if (isCode && isStored)
			yield { from: index, to: index + was.length, by: '"mutant"' };
	}
};

/** The opposite of a condition that has several parts. */
const negations: Operator = function* (code) {
	for (const { index, 0: was } of code.matchAll(/\bif \((?=.*(?:&&|\|\|))/g)) {
		const open = index + was.length - 1;
		yield { from: open, to: open + 1, by: "(!(" };
	}
};

/** A statement, a property or an argument that has a line of its own, left out. */
const leavingOut: Operator = function* (code) {
	const alone =
		/^\t+(?:return\b.*;|[\w.]+\(.*\);|\w+ [-+]?= .*;|\w+: .*,|\w+,|\.\.\..*,|\.\w+\(.*\))$/gm;
	for (const { index, 0: was } of code.matchAll(alone))
		yield { from: index, to: index + was.length, by: "" };
};

/** A case that does nothing. */
const idleCases: Operator = function* (code) {
	const labels =
		/^\t+case .*:\n(?=\t+(?!\t|case|return (?:null|false|true);))/gm;
	const nothing = ["state", "run"].find(
		(name) => code.includes(`: ${name};`) || code.includes(`return ${name};`),
	);
	for (const { index, 0: label } of code.matchAll(labels)) {
		const at = index + label.length;
		yield { from: at, to: at, by: `return ${nothing ?? null};` };
	}
};

const OPERATORS: readonly Operator[] = [
	swaps,
	numbers,
	words,
	negations,
	leavingOut,
	idleCases,
];

/** Blank instead of comments, imports and what stands in quotes: places stay what they are. */
const withoutWords = (code: string): string =>
	code
		.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, blank)
		.replace(/^import .*?;$/gms, blank)
		.replace(
			/"[^"\n]*"|`[^`]*`/g,
			(quoted) => `"${blank(quoted.slice(1, -1))}"`,
		);

const blank = (text: string): string => text.replace(/[^\n]/g, " ");

function mutant(file: string, source: string, { from, to, by }: Edit): Mutant {
	const start = source.lastIndexOf("\n", from - 1) + 1;
	const end = source.indexOf("\n", to);
	const changed = by.startsWith("(!(") ? closing(source, from, by) : null;
	const after = changed ?? source.slice(0, from) + by + source.slice(to);
	const longer = after.length - source.length;
	return {
		file,
		line: source.slice(0, from).split("\n").length,
		was: shown(source.slice(start, end)),
		is: shown(after.slice(start, end + longer)),
		source: after,
	};
}

/** Puts the second parenthesis of a negation in its place. */
function closing(source: string, open: number, by: string): string {
	let depth = 0;
	let at = open;
	for (; at < source.length; at++) {
		if (source[at] === "(") depth += 1;
		if (source[at] === ")") depth -= 1;
		if (depth === 0) break;
	}
	return `${source.slice(0, open)}${by}${source.slice(open + 1, at)})${source.slice(at)}`;
}

const shown = (text: string): string => text.trim().replace(/\s+/g, " ");
