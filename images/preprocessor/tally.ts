import type { Columns } from "./columns.ts";
import type { CsvRecord } from "./csv.ts";
import { type GoodRow, readRow, type TargetOf } from "./row.ts";

const COMPLAINTS_KEPT = 5;

/** Judges the records of one table and counts what becomes of them: rows + dropped = records. */
export class Tally {
	readonly #file: string;
	readonly #columns: Columns;
	readonly #seen = new Set<string>();
	#records = 0;
	#positives = 0;
	#duplicates = 0;
	#bad = 0;
	#withoutTarget = 0;
	rows = 0;
	/** What is wrong with the first few bad records. */
	readonly complaints: string[] = [];

	constructor(file: string, columns: Columns) {
		this.#file = file;
		this.#columns = columns;
	}

	/** The row to keep, or undefined for a record to drop. */
	judge(record: CsvRecord, targetOf: TargetOf): GoodRow | undefined {
		const number = ++this.#records;
		const row = readRow(record, { columns: this.#columns, number, targetOf });
		switch (row.kind) {
			case "good":
				return this.#isRepeated(record) ? undefined : this.#keep(row);
			case "without-target":
				this.#withoutTarget++;
				return undefined;
			case "bad":
				this.#complain(record.line, row.reason);
				return undefined;
		}
	}

	/** For berth: the counts, by name. */
	toResult() {
		return {
			rows: this.rows,
			dropped: this.#records - this.rows,
			duplicates: this.#duplicates,
			bad: this.#bad,
			withoutTarget: this.#withoutTarget,
			positives: this.#positives,
			features: this.#columns.features.length,
		};
	}

	/** For people. */
	inWords(): string {
		const { rows, dropped, duplicates, bad, withoutTarget, ...of } =
			this.toResult();
		return (
			`${rows} rows with ${of.features} features, ${of.positives} of them positive; ` +
			`dropped ${dropped} (${duplicates} duplicates, ${bad} bad, ${withoutTarget} without a target)`
		);
	}

	/** The first row of an id stays; without ids, a row that says the same as an earlier one goes. */
	#isRepeated({ fields }: CsvRecord): boolean {
		const at = this.#columns.id;
		const key = at === undefined ? fields.join("\0") : (fields[at] ?? "");
		if (!this.#seen.has(key)) {
			this.#seen.add(key);
			return false;
		}
		this.#duplicates++;
		return true;
	}

	#keep(row: GoodRow): GoodRow {
		this.rows++;
		this.#positives += Number(row.target);
		return row;
	}

	#complain(line: number, reason: string): void {
		this.#bad++;
		if (this.complaints.length < COMPLAINTS_KEPT)
			this.complaints.push(`${this.#file}, line ${line}: ${reason}.`);
	}
}
