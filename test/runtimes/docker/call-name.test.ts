import { expect, test } from "vitest";
import { callName } from "../../../orchestrator/runtimes/docker/call-name.ts";

test.each([
	["POST", "/containers/create", "create container"],
	["POST", "/containers/berth-x-1/start", "start container"],
	["POST", "/containers/berth-x-1/wait", "wait for container"],
	["GET", "/containers/berth-x-1/logs", "read log of container"],
	["GET", "/containers/berth-x-1/json", "inspect container"],
	["GET", "/containers/json", "list containers"],
	["DELETE", "/containers/berth-x-1", "remove container"],
	["GET", "/images/json", "list images"],
	["GET", "/images/some/where:1/json", "inspect image"],
	["GET", "/networks", "list networks"],
	["DELETE", "/volumes/some", "remove volume"],
	["POST", "/build", "build"],
])("%s %s is called: %s", (method, path, name) => {
	expect(callName(method, path)).toBe(name);
});
