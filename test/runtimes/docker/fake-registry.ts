import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

/** A registry on loopback (where engines accept plain http) with one tiny image, `thing`, of one platform. */
export class FakeRegistry {
	readonly image: string;
	/** The requests so far. */
	readonly asked: readonly string[];
	/** Begins a layer and never ends it, as a registry behind a broken line. */
	isStuck = false;
	readonly #server: Server;

	private constructor(server: Server, asked: readonly string[]) {
		this.#server = server;
		this.asked = asked;
		const { port } = server.address() as AddressInfo;
		this.image = `127.0.0.1:${port}/thing`;
	}

	static async open(architecture: string): Promise<FakeRegistry> {
		const blobs = tinyImage(architecture);
		const asked: string[] = [];
		const server = createServer(({ url = "", method }, response) => {
			asked.push(`${method} ${url}`);
			const [, name, kind, reference = ""] =
				/^\/v2\/([^/]+)\/(manifests|blobs)\/(.+)$/.exec(url) ?? [];
			const key =
				kind === "manifests" && reference === "latest" ? "manifest" : reference;
			const blob = blobs.get(key);
			if (kind === "blobs" && registry.isStuck)
				response.writeHead(200).write("x");
			else if (url === "/v2/") response.end("{}");
			else if (name !== "thing" || !blob)
				response
					.writeHead(404, { "Content-Type": "application/json" })
					.end(UNKNOWN);
			else
				response
					.writeHead(200, {
						"Content-Type":
							kind === "manifests" ? MANIFEST : "application/octet-stream",
						"Docker-Content-Digest": digestOf(blob),
						"Content-Length": blob.length,
					})
					.end(method === "HEAD" ? undefined : blob);
		});
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		const registry = new FakeRegistry(server, asked);
		return registry;
	}

	/** It is there no more, for whoever asks; but its port is not free for another, who would answer. */
	vanish(): void {
		this.#server.closeAllConnections();
		this.#server.on("connection", (socket) => socket.destroy());
	}

	close(): void {
		this.#server.closeAllConnections();
		this.#server.close();
	}
}

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const UNKNOWN = JSON.stringify({
	errors: [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }],
});

const digestOf = (blob: Buffer) =>
	`sha256:${createHash("sha256").update(blob).digest("hex")}`;

function tinyImage(architecture: string): Map<string, Buffer> {
	const files = Buffer.alloc(1024); // a tar of nothing
	const layer = gzipSync(files);
	const config = Buffer.from(
		JSON.stringify({
			architecture,
			os: "linux",
			config: { Cmd: ["/nothing"] },
			rootfs: { type: "layers", diff_ids: [digestOf(files)] },
		}),
	);
	const part = (mediaType: string, blob: Buffer) => ({
		mediaType: `application/vnd.docker.${mediaType}`,
		size: blob.length,
		digest: digestOf(blob),
	});
	const manifest = Buffer.from(
		JSON.stringify({
			schemaVersion: 2,
			mediaType: MANIFEST,
			config: part("container.image.v1+json", config),
			layers: [part("image.rootfs.diff.tar.gzip", layer)],
		}),
	);
	return new Map([
		["manifest", manifest],
		...[manifest, config, layer].map((blob) => [digestOf(blob), blob] as const),
	]);
}
