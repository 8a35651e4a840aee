import type { SerializedError } from "vitest";
import {
	DefaultReporter,
	type TestCase,
	type TestModule,
	type TestRunEndReason,
	type TestSuite,
} from "vitest/node";

/** Vitest's own report; then what was skipped and why; and last, alone on its line, `N passed, N failed`. */
export class Reporter extends DefaultReporter {
	override onTestRunEnd(
		modules: readonly TestModule[],
		errors: readonly SerializedError[],
		reason: TestRunEndReason,
	): void {
		super.onTestRunEnd(modules, errors, reason);
		const tests = modules.flatMap((module) => [...module.children.allTests()]);
		for (const line of skipLines(tests)) this.log(line);
		this.log(closingLine(tests, brokenGroups(modules) + errors.length));
	}
}

/** What counts as failed besides tests: files and groups that broke outside of any, and errors nobody caught. */
function closingLine(tests: readonly TestCase[], broken: number): string {
	const count = (state: string) =>
		tests.filter((test) => test.result().state === state).length;
	const skipped = count("skipped") + count("pending");
	return [
		`${count("passed")} passed`,
		`${count("failed") + broken} failed`,
		...(skipped > 0 ? [`${skipped} skipped`] : []),
	].join(", ");
}

function brokenGroups(modules: readonly TestModule[]): number {
	const groups = modules.flatMap((module) => [
		module,
		...module.children.allSuites(),
	]);
	return groups.filter((group) => group.errors().length > 0).length;
}

function skipLines(tests: readonly TestCase[]): string[] {
	const reasons = tests
		.filter((test) => test.result().state === "skipped")
		.map(reasonOf)
		.filter((reason) => reason !== undefined);
	return [...Map.groupBy(reasons, (reason) => reason)].map(
		([reason, { length }]) =>
			`${length} ${length === 1 ? "test" : "tests"} skipped: ${reason}`,
	);
}

/** The reason stands on the test, or on a group around it. */
function reasonOf(test: TestCase): string | undefined {
	let at: TestCase | TestSuite | TestModule = test;
	while (at.type !== "module") {
		const { skippedBecause } = at.meta();
		if (skippedBecause !== undefined) return skippedBecause;
		at = at.parent;
	}
	return undefined;
}
