/** Help for every command that takes a run. */
export const WHICH_RUN =
	'<run> is an id as "berth runs" lists them or the beginning of one, a pipeline\'s name (its newest run),\n<pipeline>@<date> (the newest run of that date), or "latest".';
