import { expect, test } from "vitest";
import { Mail } from "../../orchestrator/engine/mail.ts";
import type { Observation } from "../../orchestrator/model/events.ts";
import type { RunId, TaskName } from "../../orchestrator/model/words.ts";
import { instant } from "../rig/plans.ts";

const run = "p@1" as RunId;
const of = { task: "a" as TaskName, attempt: 1, at: instant(0) };
const note = (text: string, attempt = 1): Observation => ({
	...of,
	type: "noted",
	attempt,
	note: text,
});
const started: Observation = { ...of, type: "started" };
const waiting = (mail: Mail) => [...(mail.observed.get(run) ?? [])];

test("of an attempt's notes only the last one waits, in its order with all else", () => {
	const mail = new Mail();
	mail.add(run, note("1"), note("other", 2), note("2"), started);
	mail.add(run, note("3"));
	expect(waiting(mail)).toEqual([note("other", 2), started, note("3")]);
});

test("what is put back comes first, and its notes go when there are later ones", () => {
	const earlier = new Mail();
	earlier.add(run, note("1"), note("other", 2), started);
	const mail = new Mail();
	mail.add(run, note("2"));
	mail.putBack(earlier);
	expect(waiting(mail)).toEqual([note("other", 2), started, note("2")]);
	mail.add(run, note("3"));
	expect(waiting(mail)).toEqual([note("other", 2), started, note("3")]);
});
