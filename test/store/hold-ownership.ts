import { acquireOwnership } from "../../orchestrator/store/sqlite/owner-lock.ts";

/** Run by a test in a process of its own: says whether it owns the folder, and stays until it is killed. */
const ownership = acquireOwnership(process.argv[2] ?? "");
console.log(ownership ? "owner" : "not owner");
setInterval(() => ownership, 60_000);
