/** Help for every command that takes a run. */
export const WHICH_RUN =
	'<run> is an id as "berth runs" lists them or the beginning of one, a pipeline\'s name (its newest run\nthat is no replay), <pipeline>@<date> (the same of that date), or "latest" (of all).';

/** For the help of the command that takes more than a path. */
export const WHICH_LINEAGE =
	"<of>: a published path, one of its history (models/production@#17, @2, @2026-11-20, as for a rollback), <run>/<task>, or the beginning of an object's hash.";
