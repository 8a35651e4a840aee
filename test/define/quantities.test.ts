import { expect, test } from "vitest";
import {
	inBytes,
	parseDuration,
	parseSize,
} from "../../orchestrator/model/quantities.ts";

test.each([
	["500ms", 500],
	["30s", 30_000],
	["1.5h", 5_400_000],
	["7d", 604_800_000],
	["0s", 0],
	["30", null],
	["-1s", null],
	["1 s", null],
	["1w", null],
	["", null],
	["1toString", null],
	["99999999999999d", null],
])("the duration %j is %j ms", (text, ms) => {
	expect(parseDuration(text)).toBe(ms);
});

test.each([
	["4096b", 4096],
	["64k", 65_536],
	["512m", 536_870_912],
	["1.5g", 1_610_612_736],
	["2t", 2_199_023_255_552],
	["512", null],
	["1gb", null],
	["1G", null],
])("the size %j is %j bytes", (text, bytes) => {
	expect(parseSize(text)).toBe(bytes);
});

test.each([
	[0, "0 MiB"],
	[96.5 * 2 ** 20, "96.5 MiB"],
	[512 * 2 ** 20, "512 MiB"],
	[1.5 * 2 ** 30, "1.5 GiB"],
	[2 ** 40, "1 TiB"],
])("%i bytes are %s", (bytes, text) => {
	expect(inBytes(bytes)).toBe(text);
});
