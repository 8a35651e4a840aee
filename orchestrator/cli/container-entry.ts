#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { readConfig } from "../config.ts";
import { becomeTaskUser } from "./become-task-user.ts";
import { EXIT, fail } from "./fail.ts";

/** `berth` in its own image, also for `docker exec`: it starts as root, becomes the task user, and goes on as everywhere. */
try {
	await becomeTaskUser(readConfig(process.env), process.env);
} catch (error) {
	await fail(error);
	process.exit(process.exitCode ?? EXIT.failed);
}
enableCompileCache(); // only now: root's files in it would be closed to us
const { main } = await import("./program.ts");
await main(process.argv);
