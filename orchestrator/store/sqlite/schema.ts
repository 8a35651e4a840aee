import type { Generated } from "kysely";
import {
	DummyDriver,
	Kysely,
	SqliteAdapter,
	SqliteIntrospector,
	SqliteQueryCompiler,
} from "./kysely.ts";

/** The tables as queries see them. Times are integer milliseconds, yes and no are 1 and 0, and what only berth reads is JSON. */
export interface Schema {
	runs: {
		/** In the order in which runs were made. */
		key: Generated<number>;
		id: string;
		pipeline: string;
		ds: string;
		status: string;
		params: string;
		trigger: string;
		created_at: number;
		started_at: number | null;
		cancelled_at: number | null;
		ended_at: number | null;
		settled: number;
	};
	/** Apart from their runs, so that a run's status changes without rewriting a plan of ten thousand tasks. */
	plans: { run: number; plan: string };
	tasks: {
		run: number;
		position: number;
		name: string;
		state: string;
		owed: string | null;
	};
	attempts: {
		id: string;
		run: number;
		task: string;
		number: number;
		created_at: number;
		started_at: number | null;
		ended_at: number | null;
		ending: string | null;
		code: number | null;
		message: string | null;
		warning: string | null;
		image_key: string | null;
		image_id: string | null;
		/** The sha256 of its recipe. */
		fingerprint: string | null;
		/** The attempt whose outputs it took over, where nothing had changed. */
		unchanged_since: string | null;
		/** Everything its outputs depend on. */
		recipe: string | null;
	};
	/** The journal. */
	events: { run: number; number: number; event: string };
	objects: {
		hash: string;
		bytes: number;
		files: number;
		created_at: number;
		/** When its folder was removed; null while it is there. */
		removed_at: number | null;
	};
	publications: {
		id: Generated<number>;
		path: string;
		object: string;
		attempt: string;
		at: number;
		newest: number;
		projected: number;
		how: string;
		/** The attempt that computed the object. */
		maker: string;
		/** When it was last found that the object is what belongs there. */
		confirmed_at: number;
	};
	/** What tasks gave, by everything that it depends on. */
	results: {
		fingerprint: string;
		attempt: string;
		pipeline: string;
		task: string;
		value: string;
		at: number;
	};
	/** What files from outside held when they were last hashed. */
	file_hashes: {
		path: string;
		ino: number;
		size: number;
		mtime_ms: number;
		ctime_ms: number;
		sha256: string;
		seen_at: number;
	};
	variables: { name: string; value: string; updated_at: number };
	/** How far the schedule that a pipeline has now was looked at. */
	schedules: { pipeline: string; schedule: string; looked_up_to: number };
}

/** Writes SQL and never runs it: that is done by better-sqlite3, synchronously, so that no other work slips into a transaction. */
export const sqlFor = new Kysely<Schema>({
	dialect: {
		createAdapter: () => new SqliteAdapter(),
		createDriver: () => new DummyDriver(),
		createIntrospector: (db) => new SqliteIntrospector(db),
		createQueryCompiler: () => new SqliteQueryCompiler(),
	},
});
