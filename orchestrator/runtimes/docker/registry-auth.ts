import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Environment } from "./find-engine.ts";

/** What `docker login` stored for the image's registry, as the engine wants it; undefined when nothing is stored in the file itself. */
export function registryAuth(
	image: string,
	env: Environment,
): string | undefined {
	const registry = registryOf(image);
	const file = join(
		env.DOCKER_CONFIG || join(homedir(), ".docker"),
		"config.json",
	);
	const stored = readAuths(file)[registry]?.auth;
	if (!stored) return undefined;
	const [username = "", ...password] = Buffer.from(stored, "base64")
		.toString()
		.split(":");
	const auth = {
		username,
		password: password.join(":"),
		serveraddress: registry,
	};
	return Buffer.from(JSON.stringify(auth)).toString("base64url");
}

const HUB = "https://index.docker.io/v1/";

/** `host.name/…` and `localhost/…` name a registry; everything else is on Docker Hub. */
function registryOf(image: string): string {
	const [first = "", ...rest] = image.split("/");
	const isHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
	return isHost ? first : HUB;
}

const Config = z.object({
	auths: z.record(z.string(), z.object({ auth: z.string().optional() })),
});

function readAuths(file: string) {
	try {
		return Config.parse(JSON.parse(readFileSync(file, "utf8"))).auths;
	} catch {
		return {}; // no file, or none that the docker CLI would understand: pull as nobody
	}
}
