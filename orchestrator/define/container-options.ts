import type { Join, PullPolicy } from "../model/plan.ts";
import type { Duration, Size } from "../model/quantities.ts";
import type { Named } from "../model/words.ts";
import type {
	Output,
	Promotion,
	Sensor,
	Shape,
	Task,
	Value,
	Word,
} from "./authoring.ts";

/** What one container is, needs, gives and may use. */
export interface ContainerOptions<
	Out extends Named<string>,
	Result extends Shape,
> extends WallOptions {
	/** A folder's name under the images folder, or any image reference. */
	readonly image: string;
	/** Appended to the image's entry point, word by word, without a shell. Default: the image's own. */
	readonly command?: readonly Word[];
	/** Instead of the image's own. */
	readonly entrypoint?: readonly string[];
	readonly env?: Named<Word>;
	/** Absolute. Default: the image's own. */
	readonly workdir?: string;
	/** `uid` or `uid:gid`. Default: who owns the data directory. */
	readonly user?: string | number;

	/** What it reads at `/in/<name>`: a task's output, a sensor, a promotion, or a path below the data directory. */
	readonly in?: Named<Output | Sensor | Promotion | string | undefined>;
	/** What it publishes from `/out/<name>`: paths below the data directory. */
	readonly out?: Out;
	/** The values that it reads as one JSON object from `$BERTH_PARAMS`, known when the run is planned. */
	readonly params?: Named<Value>;
	/** The small values that it writes as JSON to `$BERTH_RESULT`. */
	readonly result?: Result;

	/** Tasks that must be over first, without data. */
	readonly after?: readonly Task[];
	/** Default: `all-succeeded`. `all-over` starts it however the tasks before it ended. */
	readonly join?: Join;

	/** How often to try again. Default: never, with a backoff of 30 s that doubles. */
	readonly retries?: number | RetryOptions;
	/** How long one attempt may run. Default: as long as it likes. */
	readonly timeout?: Duration;
	/** Between SIGTERM and SIGKILL. Default: `"10s"`. */
	readonly grace?: Duration;
	/**
	 * May what an earlier attempt gave stand in, where nothing that it depends on has changed: image, command, environment, params, contents of the inputs?
	 * `{ for: "7d" }`: only while it is younger. Default: yes for a task that has outputs and reaches nothing outside: no network, no folders or devices of the host.
	 */
	readonly cache?: boolean | { readonly for: Duration };
	/** Exit codes that mean "nothing to do". Default: `[99]`. */
	readonly skipOn?: readonly number[];
}

/** How often to try again, and how soon. */
export interface RetryOptions {
	readonly times: number;
	/** The pause after the first failure; it doubles with each further one. Default: `"30s"`. */
	readonly backoff?: Duration;
}

/** What the container may use, and nothing else. */
export interface WallOptions {
	/** A hard limit, without swap. Default: `"2g"`. */
	readonly memory?: Size;
	/** A hard limit, in cores. Default: 1. */
	readonly cpus?: number;
	/** Processes and threads. Default: 512. */
	readonly pids?: number;
	/** How much it may write into its outputs and its result; above it, it is stopped. Default: `"100g"`. */
	readonly disk?: Size;
	/** `/dev/shm`. Default: the engine's, 64 MiB. */
	readonly shm?: Size;
	/** Default: none. */
	readonly gpus?: "all" | number | readonly string[];
	/** Devices of the host: `/dev/x`, or `/dev/x:/dev/y:rw`. */
	readonly devices?: readonly string[];
	readonly ulimits?: Named<
		number | { readonly soft: number; readonly hard: number }
	>;
	/** Container path → size. `/tmp` is always there. */
	readonly tmpfs?: Named<Size>;
	/** Default: `none`. */
	readonly network?: "none" | "bridge" | (string & {});
	/** Addresses of name servers. */
	readonly dns?: readonly string[];
	/** Name → address. */
	readonly extraHosts?: Named<string>;
	/** Such as `linux/arm64`. Default: the engine's own. */
	readonly platform?: string;
	/** When to pull an image reference. Default: `missing`. */
	readonly pull?: PullPolicy;
	/** Folders of the host, besides the inputs. */
	readonly mounts?: readonly MountOptions[];
}

/** A folder of the host in the container. */
export interface MountOptions {
	/** Absolute, on the host. */
	readonly source: string;
	/** Absolute, in the container. */
	readonly target: string;
	/** Default: true. */
	readonly readOnly?: boolean;
}
