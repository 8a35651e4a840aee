import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const BUFFER_CHARACTERS = 64 * 1024;

/** A text file written line by line through a small buffer, so memory does not grow with the file; its folder is made when missing. */
export class LineFile {
	readonly #file: number;
	#pending = "";

	constructor(path: string) {
		mkdirSync(dirname(path), { recursive: true });
		this.#file = openSync(path, "w");
	}

	write(line: string): void {
		this.#pending += `${line}\n`;
		if (this.#pending.length >= BUFFER_CHARACTERS) this.#flush();
	}

	close(): void {
		this.#flush();
		closeSync(this.#file);
	}

	#flush(): void {
		writeFileSync(this.#file, this.#pending);
		this.#pending = "";
	}
}
