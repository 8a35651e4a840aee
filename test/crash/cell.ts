import type { RunId } from "../../orchestrator/model/words.ts";
import type { Going } from "../rig/berth-process.ts";
import { faultsOf } from "./checks.ts";
import { drive, REQUEST, settled, type Told } from "./drive.ts";
import { type Ending, orderOf } from "./endings.ts";
import type { EngineWatch } from "./engine-watch.ts";
import { expectationOf } from "./expectation.ts";
import type { Row } from "./rows.ts";
import { Site, until } from "./site.ts";
import { type Remembered, remembered } from "./stored.ts";

/** A berth killed at one boundary, what becomes of its container, and the berth after it. */
export class Cell {
	readonly row: Row;
	readonly ending: Ending;
	readonly #watch: EngineWatch;
	readonly #site: Site;

	static async open(
		row: Row,
		ending: Ending,
		watch: EngineWatch,
	): Promise<Cell> {
		return new Cell(row, ending, watch, await Site.open(watch.engine.host));
	}

	private constructor(
		row: Row,
		ending: Ending,
		watch: EngineWatch,
		site: Site,
	) {
		this.row = row;
		this.ending = ending;
		this.#watch = watch;
		this.#site = site;
	}

	/** Null when the run was over without coming to the boundary. */
	async die(): Promise<Death | null> {
		const berth = this.#site.up(this.row.point);
		try {
			await drive(this.#site, berth, this.#told());
			if (!(await isKilled(berth))) return null;
			const [container] = await this.#containers();
			return {
				container: container?.state ?? null,
				wasAsked:
					container !== undefined && this.#site.wasAsked(container.name),
				knew: await this.#known(),
			};
		} finally {
			berth.kill("SIGKILL");
			await berth.ended;
		}
	}

	/** What becomes of the container while there is no berth. Restarting the engine is left to the caller, who does it for many at once. */
	async meanwhile(death: Death): Promise<void> {
		const [container] = await this.#containers();
		if (!container) return;
		if (this.ending === "removed by hand")
			return this.#watch.remove(container.name);
		if (!this.ending.startsWith("finished") && this.ending !== "out of memory")
			return;
		this.#site.order(1, orderOf(this.ending));
		if (death.container === "running")
			await until("the container has ended", async () => {
				const [now] = await this.#containers();
				return now?.state === "exited";
			});
	}

	/** Answers with what is wrong in the end. */
	async revive(death: Death): Promise<readonly string[]> {
		const berth = this.#site.up(null);
		try {
			await berth.says(/berth answers at/);
			await this.#goOn(death);
			await until("berth has started", () => this.#site.isStarted);
			berth.kill("SIGTERM");
			const { code, stderr } = await berth.ended;
			if (code !== 0) return [`berth up ended with ${code}: ${stderr}`];
			const expected = expectationOf(this, death);
			return await faultsOf(this.#site, this.#watch, expected);
		} finally {
			berth.kill("SIGKILL");
			await berth.ended;
		}
	}

	close(): Promise<void> {
		return this.#site.close();
	}

	/** As whoever waited for the run would: ask again for what is not there, and wait until it is settled. */
	async #goOn({ knew }: Death): Promise<void> {
		const client = await this.#site.client();
		if (!client) throw new Error("the next berth does not answer");
		try {
			const run = await (knew ? client.run(knew.id) : client.start(REQUEST));
			const id = run.id as RunId;
			if (this.row.isCancelled && !run.settled)
				await client.cancel(id).catch(unlessOver);
			else if (this.ending === "still running" && !run.settled)
				await until("its task is running", async () => {
					const { tasks } = await client.run(id);
					return tasks[0]?.status === "running";
				});
			this.#site.order(1, orderOf(this.ending));
			await settled(client, id);
		} finally {
			await client.close();
		}
	}

	/** What the run must be told, so that it comes to the boundary at all. */
	#told(): Told {
		if (this.row.isCancelled) return "cancel";
		return this.row.isLate ? orderOf(this.ending) : null;
	}

	#containers() {
		return this.#watch.containers(this.#site.instance);
	}

	#known(): Promise<Remembered | null> {
		return remembered(this.#site);
	}
}

/** How the world stood when berth was killed. */
export interface Death {
	/** The state of the attempt's container, as the engine says; null: none. */
	readonly container: string | null;
	/** Its start was asked for, or was about to be. */
	readonly wasAsked: boolean;
	readonly knew: Remembered | null;
}

/** A cancel may come too late. */
function unlessOver(error: unknown): void {
	const isOver = /is over already: (?:cancelled|failed|succeeded)/;
	if (!isOver.test(String(error))) throw error;
}

async function isKilled(berth: Going): Promise<boolean> {
	berth.kill("SIGTERM"); // should it be there still, because it never came to the boundary
	const { signal } = await berth.ended;
	return signal === "SIGKILL";
}
