#!/usr/bin/env node
import { runCommand } from "./commands.ts";
import { runProgram } from "./program.ts";
import { train } from "./train.ts";
import { validate } from "./validate.ts";

await runProgram((words) => runCommand({ train, validate }, words));
