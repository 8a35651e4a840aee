import Sqlite from "better-sqlite3";

/** What SQLite finds wrong when it looks at every page and reference of a database, in a sentence; null when it is sound. */
export function faultsOf(sqlite: Sqlite.Database): string | null {
	try {
		const found = sqlite.pragma("integrity_check(3)") as {
			integrity_check: string;
		}[];
		const said = found.map(({ integrity_check }) => integrity_check);
		if (said.join() !== "ok") return `${said.join("; ")}.`;
		const strays = sqlite.pragma("foreign_key_check") as unknown[];
		return strays.length === 0
			? null
			: `${strays.length} rows refer to rows that are not there.`;
	} catch (error) {
		if (error instanceof Sqlite.SqliteError && isDamage(error.code))
			return `${error.message}.`;
		throw error;
	}
}

const isDamage = (code: string): boolean =>
	/^SQLITE_(CORRUPT|NOTADB|ERROR)/.test(code);
