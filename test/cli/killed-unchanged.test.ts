import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type {
	PublicationView,
	RunHead,
	RunView,
} from "../../orchestrator/api/views.ts";
import { aHome, type Home } from "../rig/berth-process.ts";

const KILL_HERE = join(import.meta.dirname, "../crash/kill-here.mjs");

/** One task, and a promotion of what it made. */
async function aReleaseHome(): Promise<Home> {
	const home = await aHome();
	await home.write(
		"pipelines/release.ts",
		`import { pipeline } from "berth";
export default pipeline("release", {}, ({ container, promote }) => {
	const make = container("make", { image: "tool", command: ["write", "o"], out: { o: "made/o" } });
	promote(make.out.o, "live/o");
});
`,
	);
	return home;
}

/** The boundaries that a run comes to, or came to until it was killed at one. */
async function seen(home: Home, killAt: string | null): Promise<string[]> {
	const file = home.at("seen");
	rmSync(file, { force: true });
	const going = home.start(["run", "release", "--date", "2026-11-20"], {
		NODE_OPTIONS: `--import ${KILL_HERE}`,
		CRASH_SEEN: file,
		...(killAt !== null && { CRASH_AT: killAt }),
	});
	const { signal } = await going.ended;
	expect(signal).toBe(killAt === null ? null : "SIGKILL");
	return readFileSync(file, "utf8").split("\n").slice(0, -1);
}

test("killed anywhere, a run that is unchanged publishes nothing twice, and runs nothing", async () => {
	const home = await aReleaseHome();
	const args = ["run", "release", "--date", "2026-11-20"];
	expect(await home.berth(...args)).toMatchObject({ code: 0 });
	rmSync(home.at("data/made"), { recursive: true });
	const points = new Set(await seen(home, null));
	expect(points).toContain("before commit unchanged + attempt-scheduled");
	expect(points).toContain("after commit published");
	for (const point of points) {
		for (const path of ["made", "live"])
			rmSync(home.at("data", path), { recursive: true, force: true });
		await seen(home, point);
		expect(await home.berth(...args), point).toMatchObject({ code: 0 });
		for (const path of ["made", "live"])
			expect(existsSync(home.at("data", path, "o/x.txt")), point).toBe(true);
		expect(readdirSync(home.at("data/.berth/staging")), point).toEqual([]);
	}
	const heads = await home.json<RunHead[]>("runs", "--limit", "1000");
	expect(heads.filter(({ settled }) => !settled)).toEqual([]);
	const made = await home.json<PublicationView[]>("artifacts", "made/o");
	expect(made).toHaveLength(1);
	const live = await home.json<PublicationView[]>("artifacts", "live/o");
	expect(live).toHaveLength(1);
	for (const { id } of heads.slice(0, -1)) {
		const { tasks } = await home.json<RunView>("show", id);
		expect(tasks[0]?.attempts).toMatchObject([{ ending: "unchanged" }]);
	}
}, 600_000);
