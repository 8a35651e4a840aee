import { expect, test } from "vitest";
import { printable, quoted } from "../../orchestrator/model/quoted.ts";

test.each([
	["a b.csv", '"a b.csv"'],
	["ä 日本 🎉", '"ä 日本 🎉"'],
	['a"b\\c', '"a\\"b\\\\c"'],
	["a\nb\tc\r", '"a\\nb\\tc\\r"'],
	["\u001b[2Jx", '"\\u{1b}[2Jx"'],
	["\u007f\u009b", '"\\u{7f}\\u{9b}"'],
	["gpj\u202eexe", '"gpj\\u{202e}exe"'],
	["a\u2028b\ud800", '"a\\u{2028}b\\u{d800}"'],
])("%j is told as %s", (text, told) => {
	expect(quoted(text)).toBe(told);
});

test("a long name is cut", () => {
	expect(quoted("x".repeat(200))).toBe(`"${"x".repeat(200)}"`);
	expect(quoted("x".repeat(5000))).toBe(`"${"x".repeat(199)}…"`);
});

test("a sentence keeps its quotation marks", () => {
	expect(printable('it is "\u001b"')).toBe('it is "\\u{1b}"');
});
