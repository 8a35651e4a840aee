// What a server at rest holds: `berth up` with 200 pipelines, one run, then a quiet minute; its proportional set size (PSS) by /proc.
//   node bench/idle.ts [seconds]         needs Linux
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const quiet = Number(process.argv[2] ?? 60);
const folder = mkdtempSync(join(tmpdir(), "berth-idle-"));
const berth = join(import.meta.dirname, "../orchestrator/cli/berth");
const env = {
	...process.env,
	BERTH_DATA: join(folder, "data"),
	BERTH_PIPELINES: join(folder, "pipelines"),
	BERTH_IMAGES: join(folder, "images"),
	BERTH_RUNTIME: "local",
};

chmodSync(folder, 0o755); // tasks of a root run as another user
mkdirSync(env.BERTH_PIPELINES);
mkdirSync(join(env.BERTH_IMAGES, "noop"), { recursive: true });
writeFileSync(
	join(env.BERTH_IMAGES, "noop/package.json"),
	'{ "name": "noop", "version": "1.0.0", "bin": "main.mjs" }',
);
writeFileSync(join(env.BERTH_IMAGES, "noop/main.mjs"), "");
for (let i = 0; i < 200; i++)
	writeFileSync(
		join(env.BERTH_PIPELINES, `p${i}.ts`),
		`import { pipeline } from "berth";\n\nexport default pipeline("p${i}", { schedule: { cron: "@daily" } }, ({ container }) => {\n\tcontainer("noop", { image: "noop" });\n});\n`,
	);

const server = spawn(berth, ["up"], {
	env,
	stdio: ["ignore", "ignore", "pipe"],
});
try {
	await once(createInterface({ input: server.stderr }), "line");
	const run = spawn(berth, ["run", "p0"], { env, stdio: "ignore" });
	const [code] = await once(run, "exit");
	if (code !== 0) throw new Error(`The run ended with ${code}.`);
	await sleep(quiet * 1000);
	const rollup = readFileSync(`/proc/${server.pid}/smaps_rollup`, "utf8");
	const kilobytes = Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1]);
	console.log(
		`at rest for ${quiet} s with 200 pipelines: ${(kilobytes / 1000).toFixed(0)} MB`,
	);
} finally {
	server.kill();
	await once(server, "exit");
	rmSync(folder, { recursive: true, force: true });
}
