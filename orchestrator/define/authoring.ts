import type { z } from "zod";
import type { Schedule } from "../model/schedule.ts";
import type { ContainerOptions } from "./container-options.ts";
import type { PromoteOptions } from "./promote-options.ts";
import type { FilesOptions, PublicationOptions } from "./sensor-options.ts";

/** Names with zod types. */
export type Shape = Readonly<Record<string, z.ZodType>>;

/** No names at all. */
export type None = Record<never, never>;

/** What a pipeline says about itself before any run. */
export interface PipelineOptions<Params extends Shape> {
	/** When it runs by itself; absent means only when asked to. */
	readonly schedule?: ScheduleOptions;
	/** What a run can be told with `--set name=value`. */
	readonly params?: Params;
}

export interface ScheduleOptions {
	/** Five fields, or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. */
	readonly cron: string;
	/** IANA time zone. Default: `BERTH_TIME_ZONE`. */
	readonly zone?: string;
	/** Which of the times that passed while berth was down are made up for. Default: `latest`. */
	readonly catchup?: Schedule["catchup"];
	/** What happens when it is due while an earlier run is not over. Default: `queue`. */
	readonly overlap?: Schedule["overlap"];
	/** YYYY-MM-DD: nothing is due before this day begins. */
	readonly start?: string;
}

/** What a pipeline's function is given: the run's facts, and what makes tasks. */
export interface Context<Params extends Shape> {
	/** The run's date, YYYY-MM-DD, in the pipeline's time zone. */
	readonly ds: string;
	readonly params: { readonly [Name in keyof Params]: z.output<Params[Name]> };
	/** Variables that a person sets: `berth vars set model_path …`. Reading one that is not set is refused with that sentence; `"name" in vars` asks first. */
	readonly vars: Readonly<Record<string, string>>;
	/** Waits for files. Takes no slot. */
	files(name: string, options: FilesOptions): Sensor;
	/** Waits for a publication of a path. Takes no slot. */
	publication(name: string, options: PublicationOptions): PublicationSensor;
	/** Runs one container. */
	container<
		const Out extends Readonly<Record<string, string>> = None,
		Result extends Shape = None,
	>(
		name: string,
		options: ContainerOptions<Out, Result>,
	): ContainerTask<Out, Result>;
	/** Moves a path to an artifact that is there already: a task's output, what a publication sensor found, or what is published at another path. Runs no container, takes no slot. */
	promote(
		artifact: Output | PublicationSensor | Promotion | string | undefined,
		path: string,
		options?: PromoteOptions,
	): Promotion;
}

declare const brand: unique symbol;

/** A task, for `after`. */
export interface Task {
	readonly name: string;
	readonly [brand]: "container" | "files" | "publication" | "promotion";
}

/** What a sensor found, for `in`. */
export interface Sensor extends Task {
	readonly [brand]: "files" | "publication";
}

/** What a sensor for a publication found: it can be promoted, too. */
export interface PublicationSensor extends Sensor {
	readonly [brand]: "publication";
}

/** A path that was moved to an artifact, for `in` and `after`: who takes it as an input finds that artifact. */
export interface Promotion extends Task {
	readonly [brand]: "promotion";
}

/** A folder that a task publishes, for the `in` of a later one. */
export interface Output {
	readonly [brand]: "output";
}

/** A value of a task's result: for strings in the `command`, `env` and path inputs of later tasks. */
export type ResultValue<T> = Later<T> & Inside<T>;

interface Later<T> {
	readonly [brand]: { readonly value: T };
	toString(): string;
}

type Inside<T> = T extends readonly unknown[]
	? unknown
	: T extends object
		? {
				readonly [Key in keyof T]-?: ResultValue<Exclude<T[Key], undefined>>;
			}
		: unknown;

/** A container task: what it publishes, and what it tells. */
export interface ContainerTask<
	Out extends Readonly<Record<string, string>>,
	Result extends Shape,
> extends Task {
	readonly [brand]: "container";
	readonly out: { readonly [Name in keyof Out]: Output };
	readonly result: {
		readonly [Name in keyof Result]: ResultValue<z.output<Result[Name]>>;
	};
}

/** What JSON can hold; `undefined` is left out, for params that may be absent. */
export type Value =
	| null
	| boolean
	| number
	| string
	| undefined
	| readonly Value[]
	| { readonly [key: string]: Value };

/** A word of a command or a value of the environment. `undefined` is refused; it is here because index access to `vars` may be typed so. */
export type Word = string | number | boolean | ResultValue<unknown> | undefined;
