import { Cron } from "croner";

/**
 * A cron expression in a time zone, read the way berth promises.
 *
 * Where the hour field is anything but `*`, the expression names times on the wall: one that a DST change skips fires
 * at the first instant after the gap (several in one gap fire once), and one that happens twice fires the first time.
 * Where the hour field is `*`, it is a rhythm: it fires whenever the clock shows such a minute, so an hour that
 * happens twice has its times twice, and nothing is made up for an hour that is skipped.
 */
export function cronOf(expression: string, zone: string, start: string | null) {
	return new Cron(namingTimes(nickname(expression)), {
		timezone: zone,
		mode: "5-part",
		fixedTimeRule: "no-wildcard",
		paused: true,
		...(start === null ? {} : { startAt: `${start}T00:00:00` }),
	});
}

/** What berth reads, besides five fields. */
const nicknames: Readonly<Record<string, string>> = {
	"@hourly": "0 * * * *",
	"@daily": "0 0 * * *",
	"@weekly": "0 0 * * 0",
	"@monthly": "0 0 1 * *",
	"@yearly": "0 0 1 1 *",
};

/** A sentence about a cron expression that cannot be read; null when it can. */
export function cronProblem(expression: string): string | null {
	const says = `The schedule "${expression}"`;
	const known = Object.keys(nicknames).join(", ");
	if (expression.startsWith("@") && !(expression in nicknames))
		return `${says} is no nickname that berth knows. Use one of ${known}, or five fields: minute hour day month weekday.`;
	const count = fieldsOf(nickname(expression)).length;
	if (count === 6)
		return `${says} has six fields. berth schedules to the minute: leave out the seconds, the first field.`;
	if (count !== 5)
		return `${says} has ${count === 1 ? "1 field" : `${count} fields`}. Use five: minute hour day month weekday, such as "30 6 * * *" for 06:30 every day, or one of ${known}.`;
	if (expression.includes("?"))
		return `${says} contains "?". Use "*" for any value.`;
	return unreadable(expression, says);
}

function unreadable(expression: string, says: string): string | null {
	try {
		const next = cronOf(expression, "UTC", null).nextRun(anyDay);
		return next
			? null
			: `${says} is never due: no month has such a day. Correct its day or its month.`;
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return `${says} cannot be read: ${reason.replace(/^CronPattern: /, "").replace(/\.$/, "")}. Write five fields: minute hour day month weekday, such as "30 6 * * *" for 06:30 every day.`;
	}
}

/** A fixed one, so that the answer does not depend on when it is asked. */
const anyDay = new Date(Date.UTC(2000, 0, 1));

const nickname = (expression: string): string =>
	nicknames[expression] ?? expression;

const fieldsOf = (expression: string): string[] =>
	expression.trim().split(/\s+/);

/** croner reads `*` and steps as a rhythm. Unless the hour is `*`, write the times out as lists. */
function namingTimes(expression: string): string {
	const [minute, hour, ...days] = fieldsOf(expression);
	if (minute === undefined || hour === undefined || hour === "*")
		return expression;
	return [asList(minute, 59), asList(hour, 23), ...days].join(" ");
}

// `*/20` up to 59 → `0,20,40`. What is not understood is left for croner to refuse.
const asList = (field: string, last: number): string =>
	field
		.split(",")
		.map((part) => listOf(part, last))
		.join(",");

function listOf(part: string, last: number): string {
	const match = /^(?:\*|(\d+)-(\d+))(?:\/(\d+))?$/.exec(part);
	if (!match) return part;
	const [from, to, step] = [
		Number(match[1] ?? 0),
		Number(match[2] ?? last),
		Number(match[3] ?? 1),
	];
	if (from > to || to > last || step < 1 || step > last) return part;
	const values = [];
	for (let value = from; value <= to; value += step) values.push(value);
	return values.join(",");
}
