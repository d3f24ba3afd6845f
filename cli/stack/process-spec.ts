/** What the supervisor needs to know of a process, as a value: the real ones are in services.ts, tests bring tiny scripts. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The port it serves on, for people and `doctor`; null where it has none. */
  readonly port: number | null;
  /** Names of the processes that must be ready before this one is started. */
  readonly after?: readonly string[];
  /** Called before each start, for example to remove a file that a dead predecessor left. */
  readonly prepare?: () => Promise<void>;
  /** Asked again and again after a start until true. Must not throw for "not yet". */
  readonly ready: () => Promise<boolean>;
  /** Done once the process is ready, after every start; must be idempotent. */
  readonly onReady?: () => Promise<void>;
  /** Asked now and then of a ready process; several false answers in a row and it is killed and restarted. */
  readonly alive?: () => Promise<boolean>;
}

/** How patient a supervisor is, in milliseconds. */
export interface Patience {
  /** For a process to become ready after a start. */
  readonly start: number;
  /** Between two questions of `ready`. */
  readonly poll: number;
  /** Between SIGTERM and SIGKILL. */
  readonly stop: number;
  /** First pause before a restart; doubles to `backoffMax`. */
  readonly backoff: number;
  readonly backoffMax: number;
  /** A process that was ready for this long was healthy: its back-off starts anew. */
  readonly healthyAfter: number;
  /** Between two questions of `alive`. */
  readonly aliveEvery: number;
  /** Wrong answers of `alive` in a row before a restart. */
  readonly aliveMisses: number;
  /** Starts tried before the stack as a whole gives up, while it has never been ready. */
  readonly firstStarts: number;
}

export const PATIENCE: Patience = {
  start: 60_000,
  poll: 60,
  stop: 8_000,
  backoff: 200,
  backoffMax: 10_000,
  healthyAfter: 10_000,
  aliveEvery: 5_000,
  aliveMisses: 6,
  firstStarts: 3,
};
