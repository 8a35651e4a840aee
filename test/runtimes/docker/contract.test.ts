import { describeWithEngine } from "../../rig/engine.ts";
import { runtimeContract } from "../contract.ts";
import { dockerRig } from "./docker-rig.ts";

runtimeContract("docker", dockerRig, describeWithEngine);
