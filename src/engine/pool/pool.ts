import { Dispatcher, type ListenerList } from "../../event/dispatcher.ts";
import { registerEventFamily, type EVENTS } from "../../event/registry.ts";
import { ArgumentError, AthanorError, DisconnectionError, PoolTimeoutError, TimeoutError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { LONGEST_TIMER, withDeadline } from "../../util/deadline.ts";
import { warn } from "../../util/warn.ts";
import type { DriverConnection, MaybePromise } from "../driver.ts";
import { CallSite, placeOf } from "./call-site.ts";
import { PooledConnection, type LeaseInfo, type Lender } from "./checked-out.ts";
import { ConnectionRecord } from "./connection-record.ts";
import { POOL_EVENTS, poolDispatch, type PoolEvents, type PoolResetState } from "./events.ts";

/** What happens to a connection that comes back: its transaction is rolled back or committed, or it is left as it is. */
export type ResetOnReturn = "rollback" | "commit" | null;

/** Options of pools, named as in SQLAlchemy's `create_engine` without the prefix. */
export interface PoolOptions {
  /** seconds after which a connection is replaced, some of them up to a tenth sooner; -1 and 0 for never */
  readonly recycle?: number;
  /** asks each connection for a sign of life before it is lent */
  readonly prePing?: boolean;
  readonly resetOnReturn?: ResetOnReturn;
  /** writes what the pool does to the log */
  readonly log?: Log | null;
  /** remembers where each connection was taken, for the messages of time-outs; costs a stack trace for each */
  readonly traceLeases?: boolean;
  /** seconds after which a connection that was not given back is told of by a warning; remembers where each was taken */
  readonly leakWarning?: number;
  /** Whether an error means that the server takes no more connections just now. */
  readonly isTooManyConnections?: (error: unknown) => boolean;
  /** Told of a connection that gave no sign of life. It is replaced, unless this throws: then that is thrown to the one who asked. */
  readonly pingFailed?: (error: unknown) => MaybePromise<void>;
}

/** Makes a connection; a pool calls it whenever it needs one. */
export type Creator = () => MaybePromise<DriverConnection>;

/** A connection in the making. */
interface Attempt {
  record: ConnectionRecord | null;
  isGivenUp: boolean;
}

/** The part of `recycle` by which a connection may be replaced sooner. */
const RECYCLE_JITTER = 0.1;
/** Milliseconds in which a connection has to answer before it is lent. */
const PING_TIMEOUT = 5000;

const leaks = new FinalizationRegistry<LeaseInfo>((lease) => {
  warn(
    `a connection was never closed, and is now thrown away; close connections and sessions, best by "await using".${lease.lentBy === null ? "" : ` It was taken at${placeOf(lease.askedBy, lease.lentBy)}`}`,
    "ATHANOR_LEAK",
  );
  lease.pool.deref()?._reclaim(lease);
});

/**
 * Keeps connections and lends them. One that comes back is reset, so that the next one finds it in a clean state; one
 * whose state is not known is thrown away.
 * @see https://docs.sqlalchemy.org/en/21/core/pooling.html
 */
export abstract class Pool implements Lender {
  declare readonly [EVENTS]?: PoolEvents;
  /** @internal */
  readonly _dispatch: Dispatcher<PoolEvents>;
  /** @internal */
  readonly _creator: Creator;
  /** @internal */
  readonly _options: PoolOptions;
  readonly #recycle: number;
  readonly #prePing: boolean;
  readonly #resetOnReturn: ResetOnReturn;
  readonly #log: Log | null;
  readonly #leakWarning: number;
  /** the lent ones, for messages */
  readonly #lent: Set<LeaseInfo> = new Set();
  readonly #self: WeakRef<Pool> = new WeakRef(this);
  #whenAllAreBack: (() => void) | null = null;
  #generation = 0;
  #isFirst = true;
  #connecting = 0;

  constructor(creator: Creator, options: PoolOptions = {}, dispatch: Dispatcher<PoolEvents> | null = null) {
    this._creator = creator;
    this._options = options;
    this._dispatch = dispatch ?? poolDispatch.child();
    this.#recycle = duration("poolRecycle", options.recycle ?? -1, -1);
    this.#prePing = options.prePing ?? false;
    const reset = options.resetOnReturn === undefined ? "rollback" : options.resetOnReturn;
    if (reset !== "rollback" && reset !== "commit" && reset !== null) {
      throw new ArgumentError(`poolResetOnReturn is "rollback", "commit" or null, not ${String(reset)}`);
    }
    this.#resetOnReturn = reset;
    this.#log = options.log ?? null;
    this.#leakWarning = options.leakWarning === undefined ? Infinity : duration("poolLeakWarning", options.leakWarning, 0);
  }

  /** Whether it remembers where connections were taken. @internal */
  get _traces(): boolean {
    return this._options.traceLeases === true || this.#leakWarning < Infinity;
  }

  /**
   * Takes a connection; it must be given back by `close()`.
   * @param signal - ends the wait in the queue when it fires
   */
  abstract connect(signal?: AbortSignal): MaybePromise<PooledConnection>;

  /**
   * Closes all connections that are not lent; those that are lent are closed when they come back.
   * @param why - what those are told who wait, or ask later
   */
  abstract dispose(why?: string): Promise<void>;

  /**
   * Disposes of the pool, waits until all connections have come back, and closes those by force that have not in time.
   * @param timeout - in milliseconds
   * @returns whether all came back in time
   */
  async _drain(timeout: number): Promise<boolean> {
    await this.dispose("the engine was drained, and takes no more work");
    if (this.checkedout() === 0) return true;
    const inTime = await new Promise<boolean>((resolve) => {
      const timer = timeout > LONGEST_TIMER ? null : setTimeout(() => resolve(false), timeout);
      this.#whenAllAreBack = () => {
        if (timer !== null) clearTimeout(timer);
        resolve(true);
      };
    });
    this.#whenAllAreBack = null;
    if (inTime) return true;
    await Promise.all([...this.#lent].map(async ({ record }) => record._connection.close()));
    return false;
  }

  /** To be called when a place was given up. @internal */
  protected _tellIfAllAreBack(): void {
    if (this.#whenAllAreBack !== null && this.checkedout() === 0) this.#whenAllAreBack();
  }

  /** A new pool of the same kind. */
  abstract recreate(): Pool;

  /** The state in words. */
  abstract status(): string;

  /** How many are lent, or on their way to somebody. */
  abstract checkedout(): number;

  /** How many of these are still being made. */
  connecting(): number {
    return this.#connecting;
  }

  /** Takes a connection back that is in order. @internal */
  protected abstract _keep(record: ConnectionRecord): MaybePromise<void>;

  /** A place has become free, because its connection is gone. @internal */
  protected abstract _freed(record: ConnectionRecord): void;

  /** A connection that nobody uses was lost. @internal */
  protected abstract _lostIdle(record: ConnectionRecord): boolean;

  // --- making and lending ------------------------------------------------------------------------------------------

  /** Makes a connection and tells the listeners. @internal */
  protected _open(): MaybePromise<ConnectionRecord> {
    const attempt: Attempt = { record: null, isGivenUp: false };
    const made = this._creator();
    const opened = made instanceof Promise ? made.then((connection) => this.#opened(connection, attempt)) : this.#opened(made, attempt);
    return opened instanceof Promise ? this.#inTime(opened, attempt) : opened;
  }

  /** What takes too long is given up, so that others can have its place; what comes of it later is closed. */
  async #inTime(opening: Promise<ConnectionRecord>, attempt: Attempt): Promise<ConnectionRecord> {
    this.#connecting += 1;
    const timeout = this._connectTimeout();
    try {
      return await withDeadline(opening, timeout, () => {
        attempt.isGivenUp = true;
        if (attempt.record !== null) void this.#closeQuietly(attempt.record);
        throw new PoolTimeoutError(
          `no connection could be made within ${timeout / 1000} s: the server, or a listener to "connect", does not answer`,
        );
      });
    } finally {
      this.#connecting -= 1;
    }
  }

  /** For how long a connection may be in the making, in milliseconds. @internal */
  protected _connectTimeout(): number {
    return Infinity;
  }

  #opened(connection: DriverConnection, attempt: Attempt): MaybePromise<ConnectionRecord> {
    const record = new ConnectionRecord(connection, performance.now(), this.#generation, this.#lifetime());
    // nobody is told of one that came too late
    if (attempt.isGivenUp) return this.#closeQuietly(record).then(() => record);
    attempt.record = record;
    connection.onLost = (error) => this.#lost(record, error);
    this.#debug("a connection was made");
    const { firstConnect, connect } = this._dispatch.on;
    if (firstConnect === null && connect === null) {
      this.#isFirst = false;
      return record;
    }
    return this.#greet(record, firstConnect, connect);
  }

  async #greet(
    record: ConnectionRecord,
    firstConnect: ListenerList<PoolEvents["firstConnect"]>,
    connect: ListenerList<PoolEvents["connect"]>,
  ): Promise<ConnectionRecord> {
    try {
      if (this.#isFirst && firstConnect !== null) for (const fn of firstConnect) await fn(record._connection, record);
      this.#isFirst = false;
      if (connect !== null) for (const fn of connect) await fn(record._connection, record);
      return record;
    } catch (error) {
      await this.#closeQuietly(record);
      throw error instanceof Error
        ? error
        : new AthanorError(`a listener to "connect" threw what is no Error: ${String(error)}`, { cause: error });
    }
  }

  /** How long a new connection will be used, in milliseconds: those that are made together do not all end in the same moment. */
  #lifetime(): number {
    return this.#recycle <= 0 ? Infinity : this.#recycle * 1000 * (1 - Math.random() * RECYCLE_JITTER);
  }

  /** Whether an idle connection can be lent as it is, without asking anybody. */
  #isFresh(record: ConnectionRecord): boolean {
    if (record._dead || record._stale || record._connection.isClosed || record._generation !== this.#generation) return false;
    return record._expiresAt === Infinity || performance.now() < record._expiresAt;
  }

  /** Fits a connection out for lending: a stale one is replaced, listeners are told. @internal */
  protected _lend(record: ConnectionRecord): MaybePromise<PooledConnection> {
    if (this.#isFresh(record) && !this.#prePing && this._dispatch.on.checkout === null) return this.#lease(record);
    return this.#lendChecked(record);
  }

  #lease(record: ConnectionRecord): PooledConnection {
    const info: LeaseInfo = {
      pool: this.#self,
      record,
      lentAt: performance.now(),
      lentBy: this._traces ? new CallSite().written() : null,
      askedBy: null,
      statement: null,
      detached: false,
      timer: null,
    };
    if (this.#leakWarning < Infinity) info.timer = setTimeout(() => warnOfLeak(info), this.#leakWarning * 1000).unref();
    const lease = new PooledConnection(this, info);
    leaks.register(lease, info, lease);
    this.#lent.add(info);
    return lease;
  }

  async #lendChecked(first: ConnectionRecord): Promise<PooledConnection> {
    let record = first;
    for (let attempt = 0; ; attempt++) {
      record = await this.#alive(record);
      const listeners = this._dispatch.on.checkout;
      if (listeners === null) return this.#lease(record);
      try {
        for (const fn of listeners) await fn(record._connection, record);
        return this.#lease(record);
      } catch (error) {
        if (!(error instanceof DisconnectionError) || attempt >= 2) {
          await this.#discard(record, error);
          throw error;
        }
        if (error.invalidatePool) this.#generation += 1;
        record = await this.#replace(record, error);
      }
    }
  }

  /** The connection itself when it answers, or a new one in its place. The place is given up when none can be made. */
  async #alive(record: ConnectionRecord): Promise<ConnectionRecord> {
    if (!this.#isFresh(record)) return this.#replace(record, null);
    if (!this.#prePing) return record;
    try {
      await answered(record._connection.ping());
      return record;
    } catch (error) {
      this.#debug("a connection gave no sign of life; it is replaced, and so are the older ones");
      // if one died, the others that were made before probably did
      this.#generation += 1;
      await this.#tellInvalidate(record, error);
      try {
        await this._options.pingFailed?.(error);
      } catch (refusal) {
        await this.#discard(record, refusal);
        throw refusal;
      }
      return this.#replace(record, error);
    }
  }

  async #replace(record: ConnectionRecord, _why: unknown): Promise<ConnectionRecord> {
    await this.#closeQuietly(record);
    try {
      return await this._open();
    } catch (error) {
      this._freed(record);
      throw error;
    }
  }

  // --- taking back ---------------------------------------------------------------------------------------------------

  /** For the connections it has lent: takes one back. */
  _giveBack(lease: PooledConnection, transactionWasReset: boolean): MaybePromise<void> {
    const connection = lease.dbapiConnection;
    const record = this.#endLease(lease);
    if (record === null) return this.#closeDetached(connection);
    const { reset, checkin } = this._dispatch.on;
    const isPlain = reset === null && checkin === null && this.#isFresh(record);
    if (isPlain && (connection.inTransaction === false || this.#resetOnReturn === null)) return this._keep(record);
    return this.#reset(record, { transactionWasReset, terminateOnly: record._dead || connection.isClosed });
  }

  #endLease(lease: PooledConnection): ConnectionRecord | null {
    const info = lease._lease;
    leaks.unregister(lease);
    this.#lent.delete(info);
    if (info.timer !== null) clearTimeout(info.timer);
    return lease._end();
  }

  async #reset(record: ConnectionRecord, state: PoolResetState): Promise<void> {
    const connection = record._connection;
    try {
      const { reset } = this._dispatch.on;
      if (reset !== null) for (const fn of reset) await fn(connection, record, state);
      if (state.terminateOnly) {
        await this.#discard(record, null);
        return;
      }
      if (this.#resetOnReturn !== null && connection.inTransaction !== false) {
        if (this.#resetOnReturn === "commit" && connection.inTransaction === true) await connection.commit();
        else await connection.rollback();
      }
      if (connection.isClosed || (this.#resetOnReturn !== null && connection.inTransaction !== false)) {
        throw new AthanorError("the connection is still in a transaction after its reset");
      }
      const { checkin } = this._dispatch.on;
      if (checkin !== null) for (const fn of checkin) await fn(connection, record);
    } catch (error) {
      // its state is not known, so nobody gets it any more; the one who gave it back is not to blame
      this.#log?.warn(`a connection could not be reset and is thrown away: ${String(error)}`);
      await this.#tellInvalidate(record, error);
      await this.#discard(record, error);
      return;
    }
    if (this.#isFresh(record)) await this._keep(record);
    else await this.#discard(record, null);
  }

  /** For the connections it has lent: one of them is broken. */
  async _invalidate(lease: PooledConnection, error: unknown, soft: boolean): Promise<void> {
    const record = lease.connectionRecord;
    if (soft && record !== null) {
      record._stale = true;
      const listeners = this._dispatch.on.softInvalidate;
      if (listeners !== null) for (const fn of listeners) await fn(record._connection, record, error);
      return;
    }
    const connection = lease.dbapiConnection;
    this.#endLease(lease);
    if (record === null) {
      await this.#closeDetached(connection);
      return;
    }
    await this.#tellInvalidate(record, error);
    await this.#discard(record, error);
  }

  /** For the connections it has lent: one of them leaves the pool. */
  async _detach(lease: PooledConnection): Promise<void> {
    const record = lease.connectionRecord;
    if (record === null) return;
    const listeners = this._dispatch.on.detach;
    if (listeners !== null) for (const fn of listeners) await fn(record._connection, record);
    record._connection.onLost = null;
    lease._forgetRecord();
    lease._lease.detached = true;
    this.#lent.delete(lease._lease);
    this._freed(record);
  }

  /** A connection that had left the pool ends. */
  async #closeDetached(connection: DriverConnection): Promise<void> {
    for (const fn of this._dispatch.on.closeDetached ?? []) await fn(connection);
    await closeDetached(connection);
  }

  /** A lent connection was collected without having been given back. @internal */
  _reclaim(lease: LeaseInfo): void {
    this.#lent.delete(lease);
    if (lease.timer !== null) clearTimeout(lease.timer);
    void (lease.detached ? this.#closeQuietly(lease.record) : this._abandoned(lease.record));
  }

  /** What becomes of a connection that nobody can give back any more. @internal */
  protected _abandoned(record: ConnectionRecord): Promise<void> {
    return this.#discard(record, null);
  }

  /** Takes back what was given back, or what nobody has any more. @internal */
  protected _reset(record: ConnectionRecord): Promise<void> {
    return this.#reset(record, { transactionWasReset: false, terminateOnly: record._dead || record._connection.isClosed });
  }

  /** Closes a connection and frees its place. @internal */
  protected _discard(record: ConnectionRecord): MaybePromise<void> {
    return this.#discard(record, null);
  }

  async #discard(record: ConnectionRecord, _error: unknown): Promise<void> {
    try {
      await this.#closeQuietly(record);
    } finally {
      this._freed(record);
    }
  }

  async #closeQuietly(record: ConnectionRecord): Promise<void> {
    record._dead = true;
    record._connection.onLost = null;
    try {
      const listeners = this._dispatch.on.close;
      if (listeners !== null) for (const fn of listeners) await fn(record._connection, record);
      await record._connection.close();
    } catch (error) {
      this.#log?.warn(`a connection could not be closed: ${String(error)}`);
    }
    this.#debug("a connection was closed");
  }

  async #tellInvalidate(record: ConnectionRecord, error: unknown): Promise<void> {
    const listeners = this._dispatch.on.invalidate;
    if (listeners === null || record._dead) return;
    record._dead = true;
    for (const fn of listeners) {
      try {
        await fn(record._connection, record, error);
      } catch (thrown) {
        this.#log?.warn(`a listener to "invalidate" failed: ${String(thrown)}`);
      }
    }
  }

  /** The server ended a connection, or the network did, while nothing ran on it. Nobody may get it any more. */
  #lost(record: ConnectionRecord, error: unknown): void {
    if (record._dead) return;
    const isIdle = this._lostIdle(record);
    void this.#tellInvalidate(record, error).then(() => {
      record._dead = true;
      return isIdle ? this.#discard(record, error) : undefined;
    });
  }

  /** Replaces all connections, as they are asked for, that were made until now. @internal */
  _invalidateAll(): void {
    this.#generation += 1;
  }

  // --- for messages --------------------------------------------------------------------------------------------------

  /** The lent connections that have been away for longest, in words. @internal */
  protected _oldestHolders(): string {
    const now = performance.now();
    const oldest = [...this.#lent].toSorted((a, b) => a.lentAt - b.lentAt).slice(0, 3);
    if (oldest.length === 0) return "";
    return `; held longest: ${oldest.map((lease) => holder(lease, now)).join(", ")}`;
  }

  /** How to learn more from the next message. @internal */
  protected _traceHint(): string {
    return this._traces ? "" : " createEngine(url, { poolTraceLeases: true }) has it told where those that are held were taken.";
  }

  /** @internal */
  protected _debug(message: string): void {
    this.#debug(message);
  }

  #debug(message: string): void {
    if (this.#log !== null && this.#log.debugging) this.#log.debug(`${message} (${this.status()})`);
  }
}

function warnOfLeak(lease: LeaseInfo): void {
  lease.timer = null;
  warn(`a connection has been held for ${holder(lease, performance.now())}`.trimEnd(), "ATHANOR_LEAK");
}

/** One who holds a connection, in words. */
function holder({ lentAt, statement, askedBy, lentBy }: LeaseInfo, now: number): string {
  const since = `${((now - lentAt) / 1000).toFixed(1)} s`;
  const what = statement === null ? "" : `, where the last statement was ${shortened(statement)}`;
  return `${since}${what}${lentBy === null ? "" : `, taken at${placeOf(askedBy, lentBy)}\n  `}`;
}

function shortened(statement: string): string {
  const line = statement.replaceAll(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}

/** A connection that gives no sign of life is as good as one that is gone. */
async function answered(ping: MaybePromise<void>): Promise<void> {
  if (!(ping instanceof Promise)) return;
  await withDeadline(ping, PING_TIMEOUT, () => {
    throw new TimeoutError(`the server gave no sign of life within ${PING_TIMEOUT / 1000} s`);
  });
}

async function closeDetached(connection: DriverConnection): Promise<void> {
  if (connection.inTransaction !== false) {
    try {
      await connection.rollback();
    } catch {
      // it is closed next, which ends the transaction as well
    }
  }
  await connection.close();
}

/** A number of seconds, or an error that names the option. */
export function duration(name: string, value: number, least: number): number {
  if (typeof value !== "number" || Number.isNaN(value) || value < least) {
    throw new ArgumentError(`${name} is a number of seconds, at least ${least}, not ${String(value)}`);
  }
  return value;
}

registerEventFamily({
  name: "PoolEvents",
  events: POOL_EVENTS,
  resolve(target) {
    if (target instanceof Pool) return target._dispatch;
    if (target === Pool || (typeof target === "function" && target.prototype instanceof Pool)) return poolDispatch;
    // an engine listens for its pool; it keeps the dispatcher, so that a pool made anew has the listeners too
    const dispatch = (target as { _poolDispatch?: unknown })._poolDispatch;
    return dispatch instanceof Dispatcher ? dispatch : null;
  },
});
