import type { Dispatcher } from "../event/dispatcher.ts";
import { ArgumentError, OperationalError } from "../errors.ts";
import { Log, type EchoFormat, type Logger } from "../log.ts";
import { describeValue } from "../util/repr.ts";
import { Slot } from "../sql/base/late.ts";
import { CompiledCache } from "./compiled-cache.ts";
import type { Dialect, PoolKind } from "./dialect.ts";
import { configureDialect, DIALECT_SETTINGS } from "./dialect-settings.ts";
import type { Driver, MaybePromise } from "./driver.ts";
import { connector, initialized, pingFailed, wrapErrors } from "./connector.ts";
import { Engine } from "./engine.ts";
import { engineDispatch } from "./events.ts";
import type { ExecutionOptions } from "./execution-context.ts";
import { guardsOf } from "./guards.ts";
import { poolDispatch, type PoolEvents } from "./pool/events.ts";
import { NullPool } from "./pool/null-pool.ts";
import type { Creator, Pool, ResetOnReturn } from "./pool/pool.ts";
import { QueuePool, type QueuePoolOptions } from "./pool/queue-pool.ts";
import { StaticPool } from "./pool/static-pool.ts";
import { makeUrl, type Url } from "./url.ts";

/** A class of pools, for `poolclass`. */
export type PoolClass = new (creator: Creator, options: QueuePoolOptions, dispatch: Dispatcher<PoolEvents>) => Pool;

/**
 * Options of {@link createEngine}, named as in SQLAlchemy.
 * @see https://docs.sqlalchemy.org/en/21/core/engines.html#engine-creation-api
 */
export interface EngineOptions {
  /** options of the driver, beside those in the URL */
  readonly connectArgs?: Readonly<Record<string, unknown>>;
  /** writes every statement to the console; "debug" adds the first rows of results and what the pool does */
  readonly echo?: boolean | "debug";
  /**
   * how `echo` writes to the console: "pretty", "plain" or "json"; unless told, "pretty" on a terminal and "plain" elsewhere.
   * Colours are for terminals; NO_COLOR and FORCE_COLOR in the environment say otherwise
   */
  readonly echoFormat?: EchoFormat;
  /** writes what the pool does */
  readonly echoPool?: boolean | "debug";
  /** takes what `echo` writes; statements are written only with `echo` */
  readonly logger?: Logger;
  /** stands in each line of the log */
  readonly loggingName?: string;
  /** leaves values out of logs and errors */
  readonly hideParameters?: boolean;
  readonly executionOptions?: ExecutionOptions;
  /** the isolation level of all transactions, or "AUTOCOMMIT" */
  readonly isolationLevel?: string;
  /** how many compiled statements are kept, 500 unless told; 0 for none */
  readonly queryCacheSize?: number;
  /** warns, when a statement is compiled, of FROM elements that nothing connects; on unless told otherwise */
  readonly enableFromLinting?: boolean;
  /** refuses UPDATE and DELETE without WHERE; the execution option of this name lifts it */
  readonly requireWhere?: boolean;
  /** the most rows that a result may have, null for any number; the execution option of this name says otherwise for a statement */
  readonly maxRows?: number | null;
  /** a pool to use instead of one made for the URL */
  readonly pool?: Pool;
  readonly poolclass?: PoolClass;
  readonly poolSize?: number;
  readonly maxOverflow?: number;
  /** seconds to wait for a connection */
  readonly poolTimeout?: number;
  /** seconds after which a connection is replaced */
  readonly poolRecycle?: number;
  readonly poolPrePing?: boolean;
  readonly poolResetOnReturn?: ResetOnReturn;
  readonly poolUseLifo?: boolean;
  /** remembers where each connection was taken, for the messages of time-outs */
  readonly poolTraceLeases?: boolean;
  /** seconds after which a connection that was not given back is told of by a warning, with the place where it was taken */
  readonly poolLeakWarning?: number;
  /** makes a connection of the driver, instead of what the URL says */
  readonly creator?: Creator;
  /** the longest name that is made for a label or a parameter, where less than the database takes is wanted */
  readonly labelLength?: number;
  /** the longest name that the database takes, where it takes longer or shorter ones than is usual */
  readonly maxIdentifierLength?: number;
  /** turns the values of JSON columns into text, where the type has no function of its own */
  readonly jsonSerializer?: (value: unknown) => string;
  /** turns the text of JSON columns into values, where the type has no function of its own */
  readonly jsonDeserializer?: (text: string) => unknown;
  /** the most rows in one INSERT of many rows, also an execution option; as many as are fast unless told */
  readonly insertmanyvaluesPageSize?: number;
  /** SQLite only: how transactions begin; see the page about SQLite */
  readonly sqliteBegin?: "auto" | "deferred" | "immediate" | "exclusive";
}

const COMMON = [
  "connectArgs",
  "echo",
  "echoFormat",
  "echoPool",
  "logger",
  "loggingName",
  "hideParameters",
  "executionOptions",
  "isolationLevel",
  "queryCacheSize",
  "enableFromLinting",
  "requireWhere",
  "maxRows",
  "pool",
  "poolclass",
  "poolSize",
  "maxOverflow",
  "poolTimeout",
  "poolRecycle",
  "poolPrePing",
  "poolResetOnReturn",
  "poolUseLifo",
  "poolTraceLeases",
  "poolLeakWarning",
  "creator",
  ...DIALECT_SETTINGS,
] as const satisfies readonly (keyof EngineOptions)[];

/** Makes the dialect that a URL names; options that are not the engine's are the dialect's. Filled by the registry of dialects. */
export const dialectForUrl: Slot<(url: Url, options: Readonly<Record<string, unknown>>, commonOptions: readonly string[]) => Dialect> =
  new Slot("dialectForUrl");

/**
 * Makes an engine for a database. Nothing is connected until the engine is first used.
 * @param url - `sqlite://` (in memory), `sqlite:///films.db`, `postgresql://user:password@host/database`, …
 * @throws ArgumentError when the URL cannot be read or an option is not known, NoSuchModuleError for an unknown dialect
 * @see https://docs.sqlalchemy.org/en/21/core/engines.html
 * @example
 * const engine = createEngine("postgresql://localhost/films", { echo: true });
 */
export function createEngine(url: string | Url, options: EngineOptions = {}): Engine {
  const parsed = makeUrl(url);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const own = Object.fromEntries(given.filter(([name]) => !(COMMON as readonly string[]).includes(name)));
  const dialect = dialectForUrl.call(parsed, own, COMMON);
  configureDialect(dialect, options);
  dialect.checkUrl(parsed);
  return assemble(parsed, dialect, options);
}

/** Puts an engine together for a dialect that is there, as tests with a driver of their own need it. */
export function assemble(url: Url, dialect: Dialect, options: EngineOptions): Engine {
  const { echo = false, echoPool = echo === "debug" ? "debug" : false } = options;
  oneOf("echo", echo, [true, false, "debug"]);
  oneOf("echoPool", echoPool, [true, false, "debug"]);
  const { echoFormat: format = "auto" } = options;
  oneOf("echoFormat", format, ["auto", "pretty", "plain", "json"]);
  const logOptions = { name: options.loggingName ?? null, logger: options.logger ?? null, format };
  const poolDispatcher: Dispatcher<PoolEvents> = options.pool?._dispatch ?? poolDispatch.child();
  const dispatch = engineDispatch.child();
  const creator = options.creator ?? connector(url, dialect, options.connectArgs ?? {}, dispatch);
  // a pool that was made elsewhere has connections of its own making
  const server = { isKnown: options.pool !== undefined };
  const poolLog = new Log("pool", { ...logOptions, debug: echoPool !== false });
  const pool =
    options.pool ??
    makePool(
      dialect.poolKind(url),
      wrapErrors(dialect.driver, initialized(dialect, creator, server), () => engine),
      dialect.driver,
      poolLog,
      options,
      poolDispatcher,
      pingFailed(dialect.driver, () => engine),
    );
  const { queryCacheSize = 500, enableFromLinting = true } = options;
  if (!Number.isInteger(queryCacheSize) || queryCacheSize < 0)
    throw new ArgumentError(`queryCacheSize is a whole number, at least 0, not ${String(queryCacheSize)}`);
  if (typeof enableFromLinting !== "boolean")
    throw new ArgumentError(`enableFromLinting is true or false, not ${String(enableFromLinting)}`);
  const engine: Engine = new Engine(
    {
      url,
      dialect,
      pool,
      compiledCache: new CompiledCache(queryCacheSize),
      enableFromLinting,
      server,
      hideParameters: options.hideParameters ?? false,
      log: new Log("engine", { ...logOptions, debug: echo === "debug" }),
      echo: echo !== false,
      poolDispatch: poolDispatcher,
      dispatch,
    },
    {
      ...dialect.defaultExecutionOptions,
      ...options.executionOptions,
      ...guardsOf(options),
      ...(options.isolationLevel === undefined ? {} : { isolationLevel: options.isolationLevel }),
    },
    dispatch,
  );
  const level = engine.getExecutionOptions()["isolationLevel"];
  if (level !== undefined) engine._checkIsolationLevel(level);
  return engine;
}

function oneOf(name: string, value: unknown, known: readonly unknown[]): void {
  if (known.includes(value)) return;
  throw new ArgumentError(`${name} is one of ${known.map((one) => JSON.stringify(one)).join(", ")}, not ${describeValue(value)}`);
}

const POOLS: Record<PoolKind, PoolClass> = { queue: QueuePool, static: StaticPool, null: NullPool };

function makePool(
  kind: PoolKind,
  creator: Creator,
  driver: Driver,
  log: Log,
  options: EngineOptions,
  dispatch: Dispatcher<PoolEvents>,
  whenPingFails: (error: unknown) => MaybePromise<void>,
): Pool {
  const poolOptions: { -readonly [K in keyof QueuePoolOptions]: QueuePoolOptions[K] } = {
    log,
    pingFailed: whenPingFails,
    isTooManyConnections: (error) => error instanceof OperationalError && driver.classifyError(error.cause)?.tooManyConnections === true,
  };
  if (options.poolSize !== undefined) poolOptions.poolSize = options.poolSize;
  if (options.maxOverflow !== undefined) poolOptions.maxOverflow = options.maxOverflow;
  if (options.poolTimeout !== undefined) poolOptions.timeout = options.poolTimeout;
  if (options.poolRecycle !== undefined) poolOptions.recycle = options.poolRecycle;
  if (options.poolPrePing !== undefined) poolOptions.prePing = options.poolPrePing;
  if (options.poolResetOnReturn !== undefined) poolOptions.resetOnReturn = options.poolResetOnReturn;
  if (options.poolUseLifo !== undefined) poolOptions.useLifo = options.poolUseLifo;
  if (options.poolTraceLeases !== undefined) poolOptions.traceLeases = options.poolTraceLeases;
  if (options.poolLeakWarning !== undefined) poolOptions.leakWarning = options.poolLeakWarning;
  const PoolClassToUse = options.poolclass ?? POOLS[kind];
  return new PoolClassToUse(creator, poolOptions, dispatch);
}
