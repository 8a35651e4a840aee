import { parseSync, Visitor } from "oxc-parser";

/** One `import … from`, `export … from`, `import(…)` or `import("…").Type`. */
export type Import = { from: string; typeOnly: boolean };

/** All that a TypeScript file imports, however it is written. */
export function importsOf(file: string, source: string): Import[] {
	const found: Import[] = [];
	const add = (from: string, kind: string) =>
		found.push({ from, typeOnly: kind === "type" });
	visit(file, source, {
		ImportDeclaration: (node) => {
			add(node.source.value, node.importKind ?? "value");
		},
		ExportNamedDeclaration: (node) => {
			if (node.source) add(node.source.value, node.exportKind ?? "value");
		},
		ExportAllDeclaration: (node) => {
			add(node.source.value, node.exportKind ?? "value");
		},
		ImportExpression: (node) => {
			if (node.source.type === "Literal")
				add(String(node.source.value), "value");
		},
		TSImportType: (node) => {
			add(node.source.value, "type");
		},
	});
	return found;
}

/** What a pure file may not do: ask the clock, throw dice, look at the process, or wait. */
export function impuritiesOf(file: string, source: string): string[] {
	const found: string[] = [];
	visit(file, source, {
		AwaitExpression: () => {
			found.push("await");
		},
		NewExpression: ({ callee, arguments: given }) => {
			if (callee.type !== "Identifier") return;
			if (callee.name === "Promise") found.push("new Promise");
			if (callee.name === "Date" && given.length === 0)
				found.push("new Date()");
		},
		MemberExpression: ({ object, property }) => {
			if (object.type !== "Identifier" || property.type !== "Identifier")
				return;
			const name = `${object.name}.${property.name}`;
			if (
				/^(Date\.now|Math\.random|(process|performance|crypto)\..*)$/.test(name)
			)
				found.push(name);
		},
		CallExpression: ({ callee }) => {
			if (callee.type !== "Identifier") return;
			if (
				/^(setTimeout|setInterval|setImmediate|fetch|random(Bytes|Int|UUID))$/.test(
					callee.name,
				)
			)
				found.push(callee.name);
		},
	});
	return found;
}

function visit(
	file: string,
	source: string,
	visitors: ConstructorParameters<typeof Visitor>[0],
): void {
	const { program, errors } = parseSync(file, source);
	if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
	new Visitor(visitors).visit(program);
}
