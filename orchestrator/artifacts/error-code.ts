/** The `code` of a file system's error, such as ENOENT. */
export function codeOf(error: unknown): string | null {
	return error instanceof Error &&
		"code" in error &&
		typeof error.code === "string"
		? error.code
		: null;
}

/** The answer, or null when nothing is there. */
export async function ifThere<T>(answer: Promise<T>): Promise<T | null> {
	try {
		return await answer;
	} catch (error) {
		const code = codeOf(error);
		if (code === "ENOENT" || code === "ENOTDIR") return null;
		throw error;
	}
}
