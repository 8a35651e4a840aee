import { mkdir, realpath, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { ownFile } from "../own-files.ts";

/** Make a pipelines folder with an example, and a tsconfig.json by which an editor knows the types of "berth". What is there already is left as it is. */
export async function initFolder(dir: string): Promise<Initialised> {
	await mkdir(dir, { recursive: true });
	const folder = await realpath(dir);
	const files = { "hello.ts": EXAMPLE, "tsconfig.json": tsconfig(folder) };
	const written: string[] = [];
	const kept: string[] = [];
	for (const [name, text] of Object.entries(files))
		((await writeNew(join(folder, name), text)) ? written : kept).push(name);
	return { folder, written, kept };
}

/** What `initFolder` did, with names relative to the folder. */
export interface Initialised {
	/** Absolute. */
	readonly folder: string;
	readonly written: readonly string[];
	/** They were there. */
	readonly kept: readonly string[];
}

async function writeNew(path: string, text: string): Promise<boolean> {
	try {
		await writeFile(path, text, { flag: "wx" });
		return true;
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "EEXIST")
			return false;
		throw error;
	}
}

const EXAMPLE = `import { pipeline, z } from "berth";

// Two tasks, each in a container of its own. Try it: berth run hello
export default pipeline(
	"hello",
	{
		// Remove the comment to run it every day.
		// schedule: { cron: "@daily" },
		params: { name: z.string().default("world") },
	},
	({ ds, params, container }) => {
		const greet = container("greet", {
			image: "node:24-bookworm-slim",
			command: ["sh", "-c", 'echo "hello $NAME" > "$BERTH_OUT/greeting/hello.txt"'],
			env: { NAME: params.name },
			out: { greeting: \`hello/\${ds}/greeting\` },
		});
		container("count", {
			image: "node:24-bookworm-slim",
			command: ["sh", "-c", 'wc -c < "$BERTH_IN/greeting/hello.txt" > "$BERTH_OUT/size/bytes.txt"'],
			in: { greeting: greet.out.greeting },
			out: { size: \`hello/\${ds}/size\` },
		});
	},
);
`;

function tsconfig(folder: string): string {
	const define = ownFile("define");
	const from = (path: string) => {
		const way = relative(folder, join(define, path));
		return way.startsWith(".") ? way : `./${way}`;
	};
	const config = {
		compilerOptions: {
			target: "es2024",
			lib: ["es2024", "esnext.iterator", "esnext.disposable"],
			module: "preserve",
			moduleResolution: "bundler",
			moduleDetection: "force",
			types: ["node"],
			typeRoots: [from("../../node_modules/@types")],
			paths: { berth: [from("index.ts")] },
			noEmit: true,
			strict: true,
			exactOptionalPropertyTypes: true,
			allowImportingTsExtensions: true,
			erasableSyntaxOnly: true,
			verbatimModuleSyntax: true,
			skipLibCheck: true,
		},
		include: ["*.ts", "**/*.ts"],
	};
	return `${JSON.stringify(config, null, "\t")}\n`;
}
