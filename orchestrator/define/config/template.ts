import { AuthorError } from "../author-error.ts";

/** A piece of a string: itself, or the name of a value, in which values may be named too: `${models.${model}.C}`. */
export type Part = string | { readonly name: readonly Part[] };

/** A string in its parts. `\${` is a dollar and a brace. */
export function partsOf(text: string, from: string): readonly Part[] {
	const scan = { text, at: 0, from };
	return partsUntil(scan, null);
}

interface Scan {
	readonly text: string;
	at: number;
	readonly from: string;
}

function partsUntil(scan: Scan, end: "}" | null): readonly Part[] {
	const parts: Part[] = [];
	let plain = "";
	const flush = () => {
		if (plain !== "") parts.push(plain);
		plain = "";
	};
	while (scan.at < scan.text.length) {
		const rest = scan.text.slice(scan.at);
		if (end !== null && rest.startsWith(end)) {
			flush();
			return parts;
		}
		if (rest.startsWith("\\${")) {
			plain += "${";
			scan.at += 3;
		} else if (rest.startsWith("${")) {
			flush();
			parts.push(name(scan));
		} else {
			plain += rest[0];
			scan.at += 1;
		}
	}
	if (end !== null) throw unclosed(scan);
	flush();
	return parts;
}

function name(scan: Scan): Part {
	scan.at += 2;
	const inner = partsUntil(scan, "}");
	scan.at += 1;
	return { name: inner };
}

const unclosed = ({ text, from }: Scan): AuthorError =>
	new AuthorError(
		`${from}: "${text}" opens "\${" and does not close it. Write "}" behind the name, or "\\\${" for the characters themselves.`,
	);
