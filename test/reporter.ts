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

/** One line for each reason, with how many tests it kept from running. */
function skipLines(tests: readonly TestCase[]): string[] {
	const skipped = tests.filter((test) => test.result().state === "skipped");
	return [...Map.groupBy(skipped, reasonOf)].map(
		([reason, { length }]) =>
			`${length} ${length === 1 ? "test" : "tests"} skipped: ${reason}`,
	);
}

/** The reason stands on the test, or on a group around it; or it was given while the test ran, as `context.skip(reason)`. */
function reasonOf(test: TestCase): string {
	let at: TestCase | TestSuite | TestModule = test;
	while (at.type !== "module") {
		const { skippedBecause } = at.meta();
		if (skippedBecause !== undefined) return skippedBecause;
		at = at.parent;
	}
	const result = test.result();
	return result.state === "skipped" && result.note !== undefined
		? result.note
		: `${test.module.relativeModuleId} gives no reason for "${test.name}".`;
}
