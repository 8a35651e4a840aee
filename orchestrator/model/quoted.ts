/** Text that somebody else chose, such as a file's name, in quotes: on one line, not a long one, and without effect on a terminal. */
export function quoted(text: string): string {
	const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
	return `"${printable(short.replace(/["\\]/g, "\\$&"))}"`;
}

/** Every character that a terminal would obey, or nobody would see, as its number. */
export const printable = (text: string): string =>
	text.replace(UNSEEN, (char) => NAMED[char] ?? numbered(char));

/** The same of a text of several lines, which stay lines; tabs stay tabs. */
export const printableLines = (text: string): string =>
	text.replace(UNSEEN, (char) =>
		char === "\n" || char === "\t" ? char : printable(char),
	);

const LONGEST = 200;
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;
const NAMED: Readonly<Record<string, string>> = {
	"\n": "\\n",
	"\r": "\\r",
	"\t": "\\t",
};

const numbered = (char: string): string =>
	`\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
