import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { chmod, readdir, truncate } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StatusView } from "../../orchestrator/api/explaining.ts";
import type { PublicationView } from "../../orchestrator/api/views.ts";
import { type Going, type Home, openHome } from "../rig/berth-process.ts";

// Whoever asks may take hashing much with one question. When he is gone, nobody needs it.

let home: Home;
let up: Going;
let newest = "";

/** Nobody hashes as much while a test lasts. */
const ENDLESS = 1024 ** 4;
const MUCH = 512 * 1024 ** 2;

beforeAll(async () => {
	home = await openHome();
	await home.pipeline(
		"make",
		'tool("a", ["write-text", params.text, "it"], { out: { it: "m" } });',
		"{ params: { text: z.string() } }",
	);
	await home.pipeline("take", 'tool("b", ["say", "it"], { in: { m: "m" } });');
	for (const name of ["endless", "much"]) {
		await home.pipeline(
			name,
			`tool("a", ["say", "it"], { cache: true, in: { raw: "raw/${name}" } });`,
		);
		await home.write(`data/raw/${name}`, "");
	}
	await truncate(home.at("data/raw/endless"), ENDLESS);
	await truncate(home.at("data/raw/much"), MUCH);
	for (const text of ["one", "two"]) {
		await home.berth("run", "make", "--set", `text=${text}`);
		await home.berth("run", "take");
	}
	const [m] = await home.json<PublicationView[]>("artifacts", "m");
	newest = `.berth/objects/${m?.object}/x.txt`;
	await chmod(home.at("data", newest), 0o644);
	await truncate(home.at("data", newest), ENDLESS);
	up = home.start(["up"]);
	await up.says(/berth answers at/);
});
afterAll(async () => {
	up.kill("SIGTERM");
	await up.ended;
	await home.close();
});

/** Has the server this file of the data directory open? */
const isRead = (path: string): boolean =>
	readdirSync(`/proc/${up.pid}/fd`).some((fd) => {
		try {
			return readlinkSync(`/proc/${up.pid}/fd/${fd}`) === home.at("data", path);
		} catch {
			return false; // closed meanwhile
		}
	});

/** What the server has read since it began, of whatever file. */
const bytesRead = (): number =>
	Number(/rchar: (\d+)/.exec(readFileSync(`/proc/${up.pid}/io`, "utf8"))?.[1]);

const until = (holds: () => boolean): Promise<void> =>
	expect.poll(holds).toBe(true);

test.each([
	["status", (): string => "raw/endless", ["status", "endless"]],
	["diff", (): string => newest, ["diff", "m@1", "m"]],
	["why", (): string => newest, ["why", "take", "b"]],
] as const)(
	"what %s has hashed for it ends when whoever asked is gone",
	async (_, path, args) => {
		expect(existsSync(`/proc/${up.pid}/fd`)).toBe(true);
		const asking = home.start([...args]);
		await until(() => isRead(path()));
		asking.kill("SIGKILL");
		await until(() => !isRead(path()));
	},
);

test("one that is gone takes nothing from another one who asks about the same file", async ({
	skip,
}) => {
	skip(!existsSync("/proc/self/io"), "the system does not count reading");
	const before = bytesRead();
	const gone = home.start(["status", "much"]);
	// Not whether it has the file open, since it may have read it all between two looks.
	await until(() => bytesRead() - before > MUCH / 8);
	const stays = home.json<StatusView[]>("status", "much");
	gone.kill("SIGKILL");
	expect(await stays).toMatchObject([{ tasks: [{ outcome: "runs" }] }]);
	expect(await readdir(home.at("data/raw"))).toHaveLength(2);
});
