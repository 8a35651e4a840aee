import { runtimeContract } from "../contract.ts";
import { localRig } from "./local-rig.ts";

runtimeContract("local", localRig);
