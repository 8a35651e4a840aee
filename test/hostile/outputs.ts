import type { Family, HostileTask } from "./hostile-task.ts";

const NOT_PUBLISHED =
	"the look at every entry before anything is published, which follows no link";

/** It ends well, and what it wrote is no output. */
const rejected = (
	name: string,
	tries: string,
	script: string,
	says: string,
): HostileTask => ({
	name,
	tries,
	script: `cd /out/it; ${script}`,
	stoppedBy: NOT_PUBLISHED,
	ending: "rejected",
	says: `Output "it" (/out/it) cannot be published: ${says}`,
});

const link = (name: string) =>
	`"${name}" is a symbolic link. Write a plain file or a folder instead.`;
const control = (name: string) =>
	`${name} has a character in its name that does not print. Rename it.`;

/** What must not become an artifact. */
export const OUTPUTS: Family = {
	name: "outputs",
	tasks: [
		rejected(
			"link-to-host",
			"publish a symlink to a file of the host",
			"ln -s /etc/passwd users",
			link("users"),
		),
		rejected(
			"link-up",
			"publish a symlink that climbs out of its folder",
			"mkdir a; ln -s ../../../../.. a/up",
			link("a/up"),
		),
		rejected(
			"link-inside",
			"publish a symlink to another of its own files",
			"echo 1 > a; ln -s a b",
			link("b"),
		),
		rejected(
			"pipe",
			"make berth wait for ever at a named pipe",
			"mkfifo p",
			'"p" is a named pipe. Write a plain file or a folder instead.',
		),
		rejected(
			"socket",
			"leave a socket behind",
			`perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un("s")) or die'`,
			'"s" is a socket. Write a plain file or a folder instead.',
		),
		rejected(
			"setuid",
			"publish a program that runs as its owner",
			"cp /bin/sh sh; chmod u+s sh",
			'"sh" is a file with the setuid or setgid bit. Take the bit away (chmod ug-s).',
		),
		rejected(
			"setgid",
			"publish a program that runs as its owner's group",
			"cp /bin/sh sh; chmod g+s sh",
			'"sh" is a file with the setuid or setgid bit. Take the bit away (chmod ug-s).',
		),
		rejected(
			"newline-name",
			"hide a second line in a file's name",
			`echo 1 > "$(printf 'a\\nok: b')"`,
			control('"a\\nok: b"'),
		),
		rejected(
			"terminal-name",
			"take over the terminal of whoever reads a file's name",
			`echo 1 > "$(printf '\\033[2Jgone')"`,
			control('"\\u{1b}[2Jgone"'),
		),
		rejected(
			"bidi-name",
			"show a file under another name than it has",
			`echo 1 > "$(printf 'gpj\\342\\200\\256exe')"`,
			control('"gpj\\u{202e}exe"'),
		),
		rejected(
			"dots-name",
			'name a file like "..", with a space',
			'echo 1 > ".. "',
			"\".. \" looks like a folder's own or its parent's name. Rename it.",
		),
		rejected(
			"raw-name",
			"name a file by bytes that are no text",
			`echo 1 > "$(printf 'a\\377')"`,
			'"aÿ" has a name that is not UTF-8. Rename it.',
		),
		rejected(
			"twin-names",
			"name two files so that some file systems take them for one",
			"echo 1 > Data.csv; echo 2 > data.csv",
			'"…ata.csv" and "…ata.csv" differ only in case or Unicode form, which some file systems cannot tell apart. Rename one of them.',
		),
		rejected(
			"closed-file",
			"publish a file that nobody may read",
			"echo 1 > x; chmod 000 x",
			'"x" is a file that its owner may not read. Make it readable (chmod u+rX).',
		),
		rejected(
			"closed-folder",
			"leave a folder that nobody may look into",
			"mkdir x; echo 1 > x/y; chmod 000 x",
			'"x" is a folder that its owner may not read. Make it readable (chmod u+rX).',
		),
		rejected(
			"deep",
			"nest folders 10,000 deep, so that no path reaches the last",
			'perl -e \'for (1..10000) { mkdir "d"; chdir "d" } open F, ">x"\'',
			'"d/d/d…" lies too deep. Use shorter paths.',
		),
		{
			name: "closed-output",
			tries: "close its output folder to berth",
			script: "echo 1 > /out/it/x; chmod 000 /out/it",
			stoppedBy: NOT_PUBLISHED,
			ending: "rejected",
			says: 'Output "it" (/out/it) may not be read by its owner. Leave its mode alone.',
		},
		{
			name: "hard-link",
			tries: "publish another name of a file that it can change later",
			script: "echo 1 > /result/x; exec ln /result/x /out/it/x",
			stoppedBy: "the mounts: no link leads from one to the other",
			ending: "exited",
			says: "It exited with code …",
			log: "ln: failed to create hard link '/out/it/x' => '/result/x': Invalid cross-device link",
		},
		{
			name: "swap",
			tries: "put a symlink in the place of its output folder",
			script: "exec mv /out/it /out/it2",
			stoppedBy: "the mounts: the folder is a mount point",
			ending: "exited",
			says: "It exited with code …",
			log: "mv: cannot move '/out/it' to '/out/it2': …",
		},
		{
			name: "device",
			tries: "make a device that is the host's disk",
			script: "exec mknod /out/it/sda b 8 0",
			stoppedBy: "the missing capability (CAP_MKNOD)",
			ending: "exited",
			says: "It exited with code …",
			log: "mknod: /out/it/sda: Operation not permitted",
		},
	],
};
