import { posix } from "node:path";

/** A path of dvc.yaml as one below the repository's root; null when it leaves it. */
export function rooted(wdir: string, path: string): string | null {
	if (path.startsWith("/") || isUrl(path)) return null;
	const whole = posix
		.normalize(posix.join(wdir || ".", path))
		.replace(/\/$/, "");
	if (whole === "..") return null;
	return whole.startsWith("../") ? null : whole === "." ? "" : whole;
}

export const isUrl = (path: string): boolean =>
	/^[a-z][a-z0-9+.-]*:\/\//i.test(path);

/** Is it in that folder, or the folder itself? */
export const isWithin = (path: string, folder: string): boolean =>
	folder === "" || path === folder || path.startsWith(`${folder}/`);

/** A name for people and programs that nobody has yet: `model.pkl` → `model`, `model_2`. */
export function nameFor(text: string, taken: ReadonlySet<string>): string {
	const plain = text
		.replace(/(?<=[^/])\.[A-Za-z0-9.]+$/, "")
		.replace(/[^A-Za-z0-9]+/g, "_")
		.replace(/^_+|_+$/g, "");
	const name = /^[A-Za-z]/.test(plain) ? plain : `f_${plain}`;
	if (!taken.has(name)) return name;
	for (let n = 2; ; n++) if (!taken.has(`${name}_${n}`)) return `${name}_${n}`;
}
