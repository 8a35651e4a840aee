#!/usr/bin/env node
import { runCommand } from "./commands.ts";
import { prepare } from "./prepare.ts";
import { runProgram } from "./program.ts";
import { split } from "./split.ts";

await runProgram((words) => runCommand({ prepare, split }, words));
