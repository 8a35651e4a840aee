// Completes package-lock.json after `npm install` on a registry mirror that lacks some packages of other platforms.
// npm leaves out of the lock what it could not find, and then `npm ci` refuses a lock with holes, on every platform.
// Their names, versions and platforms are known without the registry; only their checksums are not.
import { readFileSync, writeFileSync } from "node:fs";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const { packages } = lock;
const added = [];
for (const [path, entry] of Object.entries(packages)) {
	for (const [name, version] of Object.entries(
		entry.optionalDependencies ?? {},
	)) {
		if (!/^\d+\.\d+\.\d+$/.test(version)) continue; // a range: no platform package
		if (packages[`${path}/node_modules/${name}`]) continue;
		if (packages[`node_modules/${name}`]) continue;
		const { os, cpu, libc } = platformOf(name);
		packages[`node_modules/${name}`] = {
			version,
			cpu,
			...(entry.dev ? { dev: true } : {}),
			...(libc.length > 0 ? { libc } : {}),
			license: entry.license,
			optional: true,
			os,
		}; // in npm's own order, so that its next visit changes nothing
		added.push(`${name}@${version}`);
	}
}
lock.packages = Object.fromEntries(
	Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, "en")),
);
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, "\t")}\n`);
console.error(
	added.length ? `Added ${added.join(", ")}` : "Nothing was missing.",
);

/** `@biomejs/cli-linux-x64-musl` → linux, x64, musl. */
function platformOf(name) {
	const words = name.split("/").at(-1).split("-");
	const pick = (...known) => known.filter((word) => words.includes(word));
	return {
		os: pick("android", "darwin", "freebsd", "linux", "openharmony", "win32"),
		cpu: pick("x64", "arm64", "arm", "ia32", "ppc64", "riscv64", "s390x"),
		libc: pick("musl", "gnu").map((c) => (c === "gnu" ? "glibc" : c)),
	};
}
