/** What pipelines import as "berth". */
export { z } from "zod";
export type {
	ContainerTask,
	Context,
	Output,
	PipelineOptions,
	Promotion,
	PublicationSensor,
	ResultValue,
	ScheduleOptions,
	Sensor,
	Task,
} from "./authoring.ts";
export type { ContainerOptions, RetryOptions } from "./container-options.ts";
export { pipeline } from "./pipeline.ts";
export type { PromoteOptions } from "./promote-options.ts";
export type { FilesOptions, PublicationOptions } from "./sensor-options.ts";
