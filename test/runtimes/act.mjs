// A program that does what its last argument says: a JSON list of steps (see contract-rig.ts). Runs as a file and with `node -e`.
import { existsSync, readFileSync, writeFileSync, writeSync } from "node:fs";

const hand = (file) => `${process.env.BERTH_OUT}/hand/${file}`;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function print(fd, bytes) {
	for (let at = 0; at < bytes.length; ) {
		try {
			at += writeSync(fd, bytes, at);
		} catch (error) {
			if (error.code !== "EAGAIN") throw error;
		}
	}
}

for (const step of JSON.parse(process.argv.at(-1))) {
	switch (step.do) {
		case "print": {
			const bytes = Buffer.from(step.base64, "base64");
			const whole = Buffer.concat(Array(step.times ?? 1).fill(bytes));
			print(step.to === "stderr" ? 2 : 1, whole);
			break;
		}
		case "print-env":
			print(1, Buffer.from(`${process.env[step.name]}\n`));
			break;
		case "print-file":
			print(1, readFileSync(process.env[step.name]));
			break;
		case "put":
			writeFileSync(hand(step.file), step.text);
			break;
		case "await":
			while (!existsSync(hand(step.file))) await pause(5);
			break;
		case "ignore-stop":
			process.on("SIGTERM", () => {});
			break;
		case "fill-memory":
			for (const held = []; ; ) held.push(Buffer.alloc(1 << 20, 1));
		case "exit":
			process.exit(step.code);
	}
}
