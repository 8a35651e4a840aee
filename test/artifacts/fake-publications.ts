import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type {
	AttemptId,
	DataPath,
	Instant,
	ObjectHash,
} from "../../orchestrator/model/words.ts";
import type {
	Publication,
	Publications,
} from "../../orchestrator/store/port.ts";

/** Publications in memory, or in a file so that they outlive a killed process. */
export class FakePublications implements Publications {
	readonly #file: string | null;
	#rows: readonly Row[] = [];

	constructor(file: string | null = null) {
		this.#file = file;
		if (file && existsSync(file))
			this.#rows = JSON.parse(readFileSync(file, "utf8"));
	}

	/** What the store's transaction does: all outputs of an attempt together, and once. */
	publishAll(
		outputs: readonly { path: string; object: string }[],
		attempt: string,
	): void {
		if (this.#rows.some((row) => row.attempt === attempt)) return;
		const before = this.#rows.length;
		const rows = outputs.map(({ path, object }, index) => ({
			...this.#row(path, object, { attempt, at: 0 }),
			id: before + index + 1,
		}));
		this.#save([...rows, ...this.#rows]);
	}

	publish(
		path: string,
		object: string,
		when: {
			attempt?: string;
			at?: number;
			confirmedAt?: number;
			bytes?: number;
			files?: number;
		} = {},
	): Publication {
		const { attempt = "p@2026-11-20~1/task/1", at = Date.now() } = when;
		const confirmedAt = (when.confirmedAt ?? at) as Instant;
		const { bytes = 1, files = 1 } = when;
		const made = this.#row(path, object, { attempt, at });
		const row = { ...made, confirmedAt, bytes, files };
		this.#save([row, ...this.#rows]);
		return row;
	}

	#row(
		path: string,
		object: string,
		{ attempt, at }: { attempt: string; at: number },
	): Row {
		return {
			id: this.#rows.length + 1,
			path: path as DataPath,
			object: object as ObjectHash,
			attempt: attempt as AttemptId,
			at: at as Instant,
			bytes: 1,
			files: 1,
			projected: false,
			how: "made",
			maker: attempt as AttemptId,
			confirmedAt: at as Instant,
			removedAt: null,
		};
	}

	async newest(path: DataPath): Promise<Publication | null> {
		return this.#rows.find((row) => row.path === path) ?? null;
	}

	async covering(path: DataPath): Promise<Publication | null> {
		return (
			this.#rows.find((row) => `${path}/`.startsWith(`${row.path}/`)) ?? null
		);
	}

	async entangled(path: DataPath): Promise<readonly Publication[]> {
		return this.#newest().filter(
			(row) =>
				row.path !== path &&
				(`${path}/`.startsWith(`${row.path}/`) ||
					row.path.startsWith(`${path}/`)),
		);
	}

	async published(prefix: string): Promise<readonly Publication[]> {
		return this.#newest().filter(
			(row) => prefix === "" || `${row.path}/`.startsWith(`${prefix}/`),
		);
	}

	async history(path: DataPath): Promise<readonly Publication[]> {
		return this.#rows.filter((row) => row.path === path);
	}

	async ofObject(object: ObjectHash): Promise<Publication | null> {
		return this.#rows.find((row) => row.object === object) ?? null;
	}

	async unprojected(): Promise<readonly Publication[]> {
		return this.#newest().filter((row) => !row.projected);
	}

	async markProjected(ids: readonly number[]): Promise<void> {
		this.#save(
			this.#rows.map((row) =>
				ids.includes(row.id) ? { ...row, projected: true } : row,
			),
		);
	}

	#newest(): readonly Row[] {
		return this.#rows.filter(
			(row, index) =>
				this.#rows.findIndex(({ path }) => path === row.path) === index,
		);
	}

	#save(rows: readonly Row[]): void {
		this.#rows = rows;
		if (!this.#file) return;
		writeFileSync(`${this.#file}.new`, JSON.stringify(rows));
		renameSync(`${this.#file}.new`, this.#file);
	}
}

interface Row extends Publication {
	readonly projected: boolean;
}
