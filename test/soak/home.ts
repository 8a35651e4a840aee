import { chmod, mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { removeUnderfoot } from "../rig/remove-underfoot.ts";

/** Where everything of one soak lies. */
export class Home {
	readonly path: string;

	constructor(path: string) {
		this.path = path;
	}

	static async make(): Promise<Home> {
		const home = new Home(await mkdtemp("/var/tmp/berth-soak-"));
		await chmod(home.path, 0o755); // tasks are another user's
		await mkdir(home.images);
		await mkdir(home.ledgerFolder);
		await chmod(home.ledgerFolder, 0o777);
		return home;
	}

	get data(): string {
		return join(this.path, "data");
	}

	get berth(): string {
		return join(this.data, ".berth");
	}

	get pipelines(): string {
		return join(this.path, "pipelines");
	}

	get images(): string {
		return join(this.path, "images");
	}

	/** What the tasks themselves say of when they started and how they ended. */
	get ledgerFolder(): string {
		return join(this.path, "ledger");
	}

	/** One line for each thing a task tells. */
	get ledger(): string {
		return join(this.ledgerFolder, "ledger");
	}

	get orchestratorLog(): string {
		return join(this.path, "orchestrator.log");
	}

	remove(): Promise<void> {
		return removeUnderfoot(this.path);
	}
}
