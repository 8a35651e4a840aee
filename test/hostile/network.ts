import type { Family, HostileTask } from "./hostile-task.ts";

const NO_NETWORK = 'having no network but its own loopback (`network: "none"`)';

const connects = (
	name: string,
	tries: string,
	where: string,
	log: string,
): HostileTask => ({
	name,
	tries,
	script: `exec node -e '${CONNECT}' ${where}`,
	stoppedBy: NO_NETWORK,
	ending: "exited",
	says: "It exited with code …",
	log,
});

const CONNECT = `const [host, port] = process.argv.slice(1);
const socket = require("node:net").connect({ host, port });
socket.on("connect", () => { console.log("connected"); process.exit(0); });
socket.on("error", ({ message }) => { console.error(message); process.exit(1); });`;

/** Reaching what it was not connected with. */
export const NETWORK: Family = {
	name: "network",
	tasks: [
		connects(
			"internet",
			"send what it has read to somebody",
			"1.1.1.1 443",
			"connect ENETUNREACH 1.1.1.1:443",
		),
		connects(
			"metadata",
			"ask the cloud's metadata for the host's credentials",
			"169.254.169.254 80",
			"connect ENETUNREACH 169.254.169.254:80",
		),
		connects(
			"gateway",
			"reach services of the host by its address on the bridge",
			"172.17.0.1 22",
			"connect ENETUNREACH 172.17.0.1:22",
		),
		connects(
			"names",
			"tell somebody by the names it looks up",
			"secret.example.com 443",
			"getaddrinfo EAI_AGAIN secret.example.com",
		),
		{
			name: "interfaces",
			tries: "find another network",
			script: "ls /sys/class/net; exit 1",
			stoppedBy: NO_NETWORK,
			ending: "exited",
			says: "It exited with code …",
			log: "lo\n",
		},
	],
};
