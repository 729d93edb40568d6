import { INSPECT } from "../util/inspect.ts";
import type { Dispatcher } from "../event/dispatcher.ts";
import { registerEventFamily, type EVENTS } from "../event/registry.ts";
import { ArgumentError } from "../errors.ts";
import type { INSPECTED } from "../inspection.ts";
import type { Log } from "../log.ts";
import type { CompiledCache } from "./compiled-cache.ts";
import { Connection, requireCallback } from "./connection.ts";
import type { Dialect } from "./dialect.ts";
import type { Driver, MaybePromise } from "./driver.ts";
import { CONNECTION_EVENTS, engineDispatch, wrapConnectionListener, type ConnectionEvents } from "./events.ts";
import type { ExecutionOptions } from "./execution-context.ts";
import type { PoolEvents } from "./pool/events.ts";
import { duration, type Pool } from "./pool/pool.ts";
import type { Inspector } from "./reflection/inspector.ts";
import { awaitableOnce, type Begun } from "./transaction.ts";
import type { Url } from "./url.ts";

/** What an engine and the engines made of it by `executionOptions()` share. */
export interface EngineCore {
  readonly url: Url;
  readonly dialect: Dialect;
  pool: Pool;
  readonly compiledCache: CompiledCache;
  readonly enableFromLinting: boolean;
  /** whether the dialect has asked the server about itself: what statements are rendered to may depend on the answers */
  readonly server: { isKnown: boolean };
  readonly hideParameters: boolean;
  readonly log: Log | null;
  echo: boolean;
  readonly poolDispatch: Dispatcher<PoolEvents>;
  /** the listeners of the engine that was made first */
  readonly dispatch: Dispatcher<ConnectionEvents>;
}

/**
 * Where connections come from: a dialect, a pool and a cache of compiled statements. It is made once for a database, by
 * `createEngine()`, and connects when it is first used.
 * @see https://docs.sqlalchemy.org/en/21/core/connections.html#sqlalchemy.engine.Engine
 */
export class Engine {
  declare readonly [EVENTS]?: ConnectionEvents & PoolEvents;
  declare readonly [INSPECTED]?: Inspector;
  readonly #core: EngineCore;
  /** @internal */
  readonly _dispatch: Dispatcher<ConnectionEvents>;
  /** @internal */
  readonly _executionOptions: ExecutionOptions;

  /** @internal */
  constructor(core: EngineCore, options: ExecutionOptions, dispatch: Dispatcher<ConnectionEvents>) {
    this.#core = core;
    this._dispatch = dispatch;
    this._executionOptions = Object.freeze({ ...options });
  }

  /** The URL; printed, it hides the password. */
  get url(): Url {
    return this.#core.url;
  }

  get dialect(): Dialect {
    return this.#core.dialect;
  }

  /** The name of the dialect: "postgresql", "sqlite". */
  get name(): string {
    return this.#core.dialect.name;
  }

  get driver(): Driver {
    return this.#core.dialect.driver;
  }

  /** The pool that connections come from; `dispose()` puts a new one in its place. */
  get pool(): Pool {
    return this.#core.pool;
  }

  /** The compiled statements; `compiledCache.stats` tells how well it serves. */
  get compiledCache(): CompiledCache {
    return this.#core.compiledCache;
  }

  /** Drops all compiled statements and sets the counters of the cache to zero. */
  clearCompiledCache(): void {
    this.#core.compiledCache.clear();
  }

  /** @internal */
  get _lints(): boolean {
    return this.#core.enableFromLinting;
  }

  /** @internal */
  get _isServerKnown(): boolean {
    return this.#core.server.isKnown;
  }

  /** Whether values are left out of logs and errors. */
  get hideParameters(): boolean {
    return this.#core.hideParameters;
  }

  /**
   * Whether statements, their parameters and the bounds of transactions are logged. It can be switched at any time.
   * @see https://docs.sqlalchemy.org/en/21/core/engines.html#configuring-logging
   */
  get echo(): boolean {
    return this.#core.echo;
  }

  set echo(on: boolean) {
    this.#core.echo = on;
  }

  /** @internal */
  get _log(): Log | null {
    return this.#core.log;
  }

  /** For what happens to all engines that share the pool. @internal */
  get _rootDispatch(): Dispatcher<ConnectionEvents> {
    return this.#core.dispatch;
  }

  /** @internal */
  get _poolDispatch(): Dispatcher<PoolEvents> {
    return this.#core.poolDispatch;
  }

  /**
   * A connection for the work of one flow. It can be awaited, which waits until there is one, or used at once, in
   * which case the first statement waits. It must be closed.
   * @param options - `signal` ends the wait when it fires
   * @throws PoolTimeoutError, OperationalError and its kinds, when it is awaited or first used
   * @example
   * await using conn = await engine.connect();
   */
  connect({ signal }: { readonly signal?: AbortSignal } = {}): Begun<Connection> {
    const connection = new Connection(this);
    return awaitableOnce(connection, async () => {
      signal?.throwIfAborted();
      return connection._acquire(signal);
    });
  }

  /** The same without the way of an awaited object: for the ORM, which waits only when it has to. @internal */
  _connect(): MaybePromise<Connection> {
    const connection = new Connection(this);
    const acquired = connection._acquire();
    return acquired instanceof Promise ? acquired.then(() => connection) : connection;
  }

  /**
   * Runs a function with a connection and in a transaction. It commits when the function returns, rolls back when it
   * throws, and closes the connection.
   * @example
   * await engine.begin(async (conn) => {
   *   await conn.execute(insert(users).values({ name: "sandy" }));
   * });
   */
  async begin<T>(fn: (connection: Connection) => T | PromiseLike<T>): Promise<T> {
    requireCallback(fn, "engine.begin()");
    const connection = new Connection(this);
    try {
      await connection._acquire();
      return await connection.begin(() => fn(connection));
    } finally {
      await connection.close();
    }
  }

  /**
   * An engine with further options for all that is run by it. It shares the pool, the cache and the listeners that are
   * there with this one.
   */
  executionOptions(options: ExecutionOptions): Engine {
    const all = { ...options };
    for (const fn of this._dispatch.on.setEngineExecutionOptions ?? []) fn(this, all);
    if (all["isolationLevel"] !== undefined) this._checkIsolationLevel(all["isolationLevel"]);
    return new Engine(this.#core, { ...this._executionOptions, ...all }, this._dispatch.child());
  }

  /** The options that were set by `createEngine` and by {@link executionOptions}. */
  getExecutionOptions(): ExecutionOptions {
    return this._executionOptions;
  }

  /** @internal */
  _checkIsolationLevel(level: unknown): void {
    const { isolationLevels, name } = this.dialect;
    if (typeof level !== "string" || !isolationLevels.includes(level)) {
      throw new ArgumentError(
        `"${String(level)}" is no isolation level of ${name}; it has ${isolationLevels.map((known) => `"${known}"`).join(", ")}`,
      );
    }
  }

  /**
   * Closes the pool. Connections that are lent are closed when they come back; those who wait for one get a
   * `PoolClosedError`. The engine can be used on: it has a new, empty pool.
   * @param options - `close: false` leaves the connections of the old pool alone
   */
  async dispose({ close = true }: { readonly close?: boolean } = {}): Promise<void> {
    const old = this.#core.pool;
    this.#core.pool = old.recreate();
    if (close) await old.dispose();
    for (const fn of this._dispatch.on.engineDisposed ?? []) await fn(this);
  }

  /**
   * Ends the engine's work, for the end of a program: no connection is lent any more (who asks for one, or waits for one, gets a
   * `PoolClosedError`), what is under way may come to its end, and what has not in time is closed by force, so that its transactions are
   * rolled back. The process can end by itself after it. To use the engine once more, call {@link dispose}.
   * @param options - `timeout`: seconds to wait, 30 unless told
   * @returns whether all connections came back in time
   * @throws ArgumentError when the time-out is no number of seconds
   * @example process.once("SIGTERM", () => void engine.drain({ timeout: 10 }));
   */
  async drain({ timeout = 30 }: { readonly timeout?: number } = {}): Promise<boolean> {
    const inTime = await this.#core.pool._drain(duration("timeout", timeout, 0) * 1000);
    for (const fn of this._dispatch.on.engineDisposed ?? []) await fn(this);
    return inTime;
  }

  toString(): string {
    return `Engine(${this.url.toString()})`;
  }

  /** For loggers that make JSON of what they are given. */
  toJSON(): string {
    return this.toString();
  }

  /** @internal */
  [INSPECT](): string {
    return this.toString();
  }
}

registerEventFamily({
  name: "ConnectionEvents",
  events: CONNECTION_EVENTS,
  resolve(target, event) {
    const isOfPool = event === "doConnect";
    if (target instanceof Engine) return isOfPool ? target._rootDispatch : target._dispatch;
    if (target instanceof Connection && !isOfPool) return target._ownDispatch();
    if (target === Engine || target === Connection) return engineDispatch;
    return null;
  },
  wrap: wrapConnectionListener,
});
