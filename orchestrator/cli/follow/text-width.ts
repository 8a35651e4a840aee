import { stripVTControlCharacters } from "node:util";

/** How many columns of a terminal the text takes. */
export const widthOf = (text: string): number =>
	[...text].reduce((sum, letter) => sum + widthOfLetter(letter), 0);

/** As much of the text as fits; an ellipsis says that there is more. */
export function cutTo(text: string, columns: number): string {
	if (widthOf(text) <= columns) return text;
	let kept = "";
	let width = 1;
	for (const letter of text) {
		width += widthOfLetter(letter);
		if (width > columns) break;
		kept += letter;
	}
	return columns < 1 ? "" : `${kept}…`;
}

/** What a line of a program's output would leave on a terminal: no colours, no moves, only what stands after the last carriage return. */
export function calm(line: string): string {
	const plain = stripVTControlCharacters(line).replace(/\r+$/, "");
	return plain
		.slice(plain.lastIndexOf("\r") + 1)
		.replaceAll("\t", "    ")
		.replace(/\p{Cc}/gu, "·");
}

function widthOfLetter(letter: string): number {
	if (/\p{M}|\u200d/u.test(letter)) return 0;
	return WIDE.test(letter) ? 2 : 1;
}

/** East Asian wide and full-width letters, and emoji. */
const WIDE =
	/[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
