/** Who may import what, as in docs/design.md: the first layer that a file belongs to decides. A folder ends with a slash. */
export type Layer = {
	who: string[];
	/** Folders and files of this repository; `./` is the file's own image or folder of `who`. */
	may: string[];
	/** Folders from which only `import type` is allowed, because it leaves no trace at run time. */
	mayTypes?: string[];
	/** Packages (`node:` is all that Node brings, `node:crypto` that part); absent: any that is not reserved. */
	packages?: string[];
	sentence: string;
};

const model = "orchestrator/model/";
const ports = ["orchestrator/*/port.ts", "orchestrator/*/*-port.ts"];
const define = "orchestrator/define/";
const importDvc = "orchestrator/import-dvc/";
const engine = "orchestrator/engine/";
const api = "orchestrator/api/";
const adapters = [
	"orchestrator/store/",
	"orchestrator/runtimes/",
	"orchestrator/artifacts/",
	"orchestrator/sensors/",
];
const settings = [
	"orchestrator/config.ts",
	"orchestrator/task-user.ts",
	"orchestrator/version.ts",
];
const boundary = "orchestrator/boundary.ts";
const ownFiles = "orchestrator/own-files.ts";
const nodeHttp = "orchestrator/node-http.ts";
const composing = ["orchestrator/compose.ts", "orchestrator/compose-*.ts"];
/** What everything above the ports may use. */
const base = [...ports, model, "shared/"];

export const layers: Layer[] = [
	{
		who: ["shared/"],
		may: [],
		packages: [],
		sentence: "shared/ imports nothing.",
	},
	{
		who: ["images/*/"],
		may: ["./"],
		mayTypes: ["shared/"],
		sentence:
			"An image needs nothing outside its own folder at run time; `import type` from shared/ is fine.",
	},
	{
		who: ["pipelines/"],
		may: [],
		packages: ["berth"],
		sentence: 'Pipelines import only "berth".',
	},
	{
		who: [model],
		may: [model, "shared/"],
		packages: ["immutable", "croner", "node:crypto"],
		sentence:
			"The model is pure: it imports only itself, shared/, immutable, croner and a hash; no clock, no disk, no async.",
	},
	{
		who: ports,
		may: base,
		packages: ["node:"],
		sentence: "A port imports only ports and the model.",
	},
	{
		who: [define],
		may: [define, ownFiles, ...base],
		sentence:
			"define/ imports only the ports, the model and own-files.ts: pipelines → define → model.",
	},
	{
		who: [importDvc],
		may: [importDvc, model],
		packages: ["yaml", "zod", "node:path"],
		sentence:
			"import-dvc/ makes text of text: it imports only itself, the model's words, yaml and zod; no disk.",
	},
	{
		who: [engine],
		may: [engine, ...base],
		sentence: "The engine imports only ports and the model, never an adapter.",
	},
	{
		who: [boundary],
		may: [],
		packages: ["node:diagnostics_channel"],
		sentence:
			"boundary.ts only tells where the process is, and imports nothing of ours.",
	},
	{
		who: [ownFiles, nodeHttp],
		may: [],
		packages: ["node:"],
		sentence:
			"own-files.ts and node-http.ts are for everybody, and import nothing of ours.",
	},
	{
		who: ["orchestrator/bundle/"],
		may: ["./", ownFiles],
		packages: ["node:", "rolldown"],
		sentence:
			"bundle/ bundles files whatever is in them, and imports only own-files.ts and the bundler.",
	},
	{
		who: adapters,
		may: ["./", boundary, ownFiles, nodeHttp, ...base],
		sentence:
			"An adapter imports only its own folder, the ports, the model, and boundary.ts, own-files.ts and node-http.ts.",
	},
	{
		who: [api],
		may: [api, nodeHttp, engine, define, ...base],
		sentence:
			"api/ imports only the engine and what is below it, never an adapter.",
	},
	{
		who: ["orchestrator/web/"],
		may: ["./", api, engine, ...base],
		sentence:
			"web/ imports only the API's words, the engine and what is below it, never an adapter.",
	},
	{
		who: settings,
		may: [...settings, ownFiles],
		sentence:
			"Settings are read by cli/ and compose.ts, and import nothing but own-files.ts.",
	},
	{
		who: ["orchestrator/cli/"],
		may: [
			"./",
			...composing,
			...settings,
			ownFiles,
			api,
			define,
			importDvc,
			engine,
			...base,
		],
		sentence:
			"cli/ reaches the implementations only through compose.ts and its like, the only files that name every one.",
	},
	{
		who: composing,
		may: [
			...composing,
			...settings,
			api,
			define,
			engine,
			...base,
			...adapters,
			"orchestrator/web/",
		],
		sentence:
			"compose.ts names every implementation and is imported by cli/ alone, so it imports nothing of cli/.",
	},
];

/** Libraries with one place each, so that replacing one is replacing one folder. */
export const reserved: {
	library: string;
	to: string;
	/** `import type` is allowed everywhere else. */
	mayTypes?: true;
	sentence: string;
}[] = [
	{
		library: "node:http",
		to: "orchestrator/node-http.ts",
		mayTypes: true,
		sentence:
			"Node's HTTP is had from node-http.ts, because an import of it loads a second client; `import type` is fine.",
	},
	{
		library: "better-sqlite3",
		to: "orchestrator/store/sqlite/",
		sentence: "The SQLite adapter alone imports better-sqlite3.",
	},
	{
		library: "kysely",
		to: "orchestrator/store/sqlite/kysely.ts",
		mayTypes: true,
		sentence:
			"Kysely is loaded by store/sqlite/kysely.ts alone, for otherwise it is loaded twice; `import type` is fine.",
	},
];
