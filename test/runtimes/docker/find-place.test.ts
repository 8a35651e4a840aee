import { expect, test } from "vitest";
import { findPlace } from "../../../orchestrator/runtimes/docker/find-place.ts";
import { Hearing } from "../../../orchestrator/runtimes/docker/known.ts";
import type { LogPiece } from "../../../orchestrator/runtimes/log-port.ts";
import { cursorAfter, patience } from "../contract-rig.ts";

const CUT_MS = Date.now();

/** A line that was heard, or that is in the engine's copy: when it was, beside the moment of the cut. */
type Line = readonly [text: string, afterCutMs: number];

const timeOf = (afterCutMs: number): string =>
	new Date(CUT_MS + afterCutMs).toISOString();

/** As the engine tells it, with nanoseconds. */
function message([text, afterCutMs]: Line): Buffer {
	const time = timeOf(afterCutMs).replace("Z", "000000Z");
	const said = Buffer.from(`${time} ${text}\n`);
	const head = Buffer.alloc(8);
	head[0] = 1;
	head.writeUInt32BE(said.length, 4);
	return Buffer.concat([head, said]);
}

/** What is told after what was heard, when the line was cut; a gap as "…". */
async function toldAfter(heard: readonly Line[], copy: readonly Line[]) {
	const frames = heard.map(([text, afterCutMs]) => ({
		stream: "stdout" as const,
		time: timeOf(afterCutMs),
		bytes: Buffer.from(`${text}\n`),
	}));
	const hearing = new Hearing(() => CUT_MS);
	for (const frame of frames) hearing.heard(frame);
	hearing.cut();
	const told: string[] = [];
	const tell = (piece: LogPiece): void => {
		if (piece.kind === "gap") told.push("…");
		else
			for (const { bytes } of piece.frames)
				told.push(String(Buffer.from(bytes)).trimEnd());
	};
	const ask = async function* () {
		yield Buffer.concat(copy.map(message));
	};
	const isOver = async () => true;
	const parts = { ask, isOver, hearing, signal: patience };
	for await (const piece of findPlace(parts, cursorAfter(frames))) tell(piece);
	return told;
}

const HEARD: Line[] = ["a", "b", "c", "d", "e", "f"].map((text) => [text, -50]);

test("an engine that lives and stores what it told later than the line was cut tells nothing twice", async () => {
	const late = HEARD.map(([text], n): Line => [text, n < 2 ? -40 : 10]);
	expect(await toldAfter(HEARD, [...late, ["g", 20]])).toEqual(["g"]);
});

test("what an engine stored after it had died stands where it has lost something, and is told", async () => {
	const copy: Line[] = [...HEARD.slice(0, 3), ["g", 900], ["h", 910]];
	expect(await toldAfter(HEARD, copy)).toEqual(["…", "g", "h"]);
	const more = "ijklm".split("").map((text): Line => [text, 920]);
	const all = ["…", "g", "h", "i", "j", "k", "l", "m"];
	expect(await toldAfter(HEARD, [...copy, ...more])).toEqual(all);
});

test("what an engine has lost when it died is told of, also when nothing has come since", async () => {
	expect(await toldAfter(HEARD, HEARD.slice(0, 3))).toEqual(["…"]);
});

test("of a copy that has dropped its beginning, what was stored after the last that was heard is told", async () => {
	const copy: Line[] = [
		["f", -60],
		...["g", "h", "i", "j", "k"].map((text): Line => [text, -20]),
	];
	expect(await toldAfter(HEARD, copy)).toEqual(["…", "g", "h", "i", "j", "k"]);
});
