import { printableLines } from "../model/quoted.ts";

/** Standard output is the answer, standard error the talk. */
export const talk = (text: string): void => say(printableLines(text));

/** What is said goes through another mouth for a while, such as one that keeps a picture below it. */
export function talkThrough(mouth: (text: string) => void): () => void {
	const before = say;
	say = mouth;
	return () => {
		say = before;
	};
}

let say = (text: string): void => console.error(text);
