import type { Database, Statement } from "better-sqlite3";
import type { Compilable } from "kysely";

/** A query that was written and prepared once, and is run with different values. */
export interface Prepared<Values, Row> {
	/** How many rows it changed. */
	run(values: Values): number;
	get(values: Values): Row | undefined;
	all(values: Values): Row[];
}

/**
 * Written with stand-ins for its values, on its first use:
 *
 *   const named = prepare(sqlite, ($: { name: string }) =>
 *     sqlFor.selectFrom("variables").selectAll().where("name", "=", $.name));
 *   named.get({ name: "model_path" });
 */
export function prepare<Values extends object, Row>(
	sqlite: Database,
	write: ($: Values) => Compilable<Row>,
): Prepared<Values, Row> {
	let known: Written<Row> | undefined;
	const written = (): Written<Row> => {
		known ??= compile(sqlite, write);
		return known;
	};
	return {
		run: (values) => {
			const { statement, bind } = written();
			return statement.run(bind(values)).changes;
		},
		get: (values) => {
			const { statement, bind } = written();
			return statement.get(bind(values));
		},
		all: (values) => {
			const { statement, bind } = written();
			return statement.all(bind(values));
		},
	};
}

interface Written<Row> {
	readonly statement: Statement<[readonly unknown[]], Row>;
	readonly bind: (values: object) => readonly unknown[];
}

function compile<Values extends object, Row>(
	sqlite: Database,
	write: ($: Values) => Compilable<Row>,
): Written<Row> {
	const { sql, parameters } = write(standIns<Values>()).compile();
	return {
		statement: sqlite.prepare<[readonly unknown[]], Row>(sql),
		bind: (values) =>
			parameters.map((parameter) =>
				parameter instanceof StandIn
					? Reflect.get(values, parameter.name)
					: parameter,
			),
	};
}

/** Kysely takes any object as a value, and lists it among the parameters where its place is. */
const standIns = <Values extends object>(): Values =>
	new Proxy({} as Values, {
		get: (_, name) => new StandIn(String(name)),
	});

class StandIn {
	readonly name: string;
	constructor(name: string) {
		this.name = name;
	}
}
