import process from "node:process";

/** What the person who ran this must know, in one sentence. Exit code 2: the command's words are wrong; 1: the data are. */
export class Complaint extends Error {
	readonly exitCode: 1 | 2;

	constructor(sentence: string, exitCode: 1 | 2 = 1) {
		super(sentence);
		this.exitCode = exitCode;
	}
}

/** Runs a program on the command's words, to its exit code; whatever goes wrong is one sentence on standard error. */
export async function runProgram(
	program: (words: string[]) => void | Promise<void>,
): Promise<void> {
	stopWhenAsked();
	try {
		await program(process.argv.slice(2));
	} catch (error) {
		const { message, exitCode } = asComplaint(error);
		process.stderr.write(`${message}\n`);
		process.exitCode = exitCode;
	}
}

/** The kernel ignores signals to process 1 that it does not handle, so Ctrl-C of a plain `docker run` would do nothing. */
function stopWhenAsked(): void {
	if (process.pid !== 1) return;
	process.once("SIGTERM", () => process.exit(143));
	process.once("SIGINT", () => process.exit(130));
}

function asComplaint(error: unknown): Complaint {
	if (error instanceof Complaint) return error;
	if (!(error instanceof Error)) return new Complaint(String(error));
	const { code, path, syscall } = error as NodeJS.ErrnoException;
	if (code?.startsWith("ERR_PARSE_ARGS"))
		return new Complaint(`${firstSentence(error.message)} See --help.`, 2);
	if (code !== undefined && path !== undefined)
		return new Complaint(
			// Node says ENOENT when the first folder of several cannot be made.
			aboutFile(
				syscall === "mkdir" && code === "ENOENT" ? "EROFS" : code,
				path,
			),
		);
	if (code === "ENOSPC") return new Complaint("The disk is full.");
	return new Complaint(error.message.replaceAll(/\s*\n\s*/g, " "));
}

function firstSentence(text: string): string {
	return `${text.split(/\.\s|\n/)[0]?.replace(/\.$/, "")}.`;
}

function aboutFile(code: string, path: string): string {
	switch (code) {
		case "ENOENT":
			return `There is no ${path}.`;
		case "EACCES":
		case "EPERM":
			return `User ${process.getuid?.()} may not use ${path}: make its folder before you mount it, and run as the user who owns it (docker run --user "$(id -u):$(id -g)").`;
		case "EROFS":
			return `${path} cannot be written: mount a folder there, or choose another with --out.`;
		case "ENOSPC":
			return `${path} cannot be written: the disk is full.`;
		default:
			return `${path} cannot be used (${code}).`;
	}
}
