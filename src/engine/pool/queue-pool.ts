import type { Dispatcher } from "../../event/dispatcher.ts";
import { ArgumentError, PoolClosedError, PoolTimeoutError } from "../../errors.ts";
import { warn } from "../../util/warn.ts";
import type { MaybePromise } from "../driver.ts";
import type { PooledConnection } from "./checked-out.ts";
import type { ConnectionRecord } from "./connection-record.ts";
import type { PoolEvents } from "./events.ts";
import { CallSite, placeOf } from "./call-site.ts";
import { LONGEST_TIMER } from "../../util/deadline.ts";
import { duration, Pool, type Creator, type PoolOptions } from "./pool.ts";

/** Options of a {@link QueuePool}. */
export interface QueuePoolOptions extends PoolOptions {
  /** connections that are kept; 0 for any number */
  readonly poolSize?: number;
  /** connections beyond `poolSize` that may be made for a while; -1 for any number */
  readonly maxOverflow?: number;
  /** seconds to wait for a connection */
  readonly timeout?: number;
  /** lends the connection that came back last, rather than the one that has been idle for longest */
  readonly useLifo?: boolean;
}

/** What a waiter gets: a connection, or with null the right to make one. */
type Grant = ConnectionRecord | null;

/** One who waits for a connection. */
class Waiter {
  /** where it was asked for; not in production, where there is only what the stack tells by itself */
  readonly site: CallSite | null;
  /** undefined as long as nothing was granted */
  granted: Grant | undefined = undefined;
  refused: { readonly reason: unknown } | null = null;
  #wake: () => void = () => undefined;
  #timer: NodeJS.Timeout | null = null;

  constructor(site: CallSite | null) {
    this.site = site;
  }

  get isWaiting(): boolean {
    return this.granted === undefined && this.refused === null;
  }

  /** Until something was granted or refused, and for so many milliseconds at most. */
  turn(timeout: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#timer = timeout > LONGEST_TIMER ? null : setTimeout(resolve, timeout);
    });
  }

  grant(grant: Grant): void {
    this.granted = grant;
    this.#end();
  }

  refuse(reason: unknown): void {
    this.refused = { reason };
    this.#end();
  }

  #end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#wake();
  }
}

const RETRY_FIRST = 50;
const RETRY_LAST = 1000;
/** After so many milliseconds in which nothing was given back, whoever waits may be waiting for himself. */
const PATIENCE = 1000;

/**
 * Keeps up to `poolSize` connections and makes up to `maxOverflow` more when they are asked for. Whoever finds none waits
 * in a queue, for `timeout` seconds at most.
 * @see https://docs.sqlalchemy.org/en/21/core/pooling.html#sqlalchemy.pool.QueuePool
 */
export class QueuePool extends Pool {
  readonly #size: number;
  readonly #overflow: number;
  readonly #timeout: number;
  readonly #useLifo: boolean;
  readonly #idle: ConnectionRecord[] = [];
  /** in the order in which they asked; a Set, since those that time out leave from the middle */
  readonly #waiters: Set<Waiter> = new Set();
  /** places that are taken: by idle and lent connections, and by those that are being made */
  #taken = 0;
  #closed = false;
  #why = "";
  /** how often a connection came back or was lost, and the count at which the last warning was given */
  #returns = 0;
  #warnedAt = -1;
  readonly #isDevelopment: boolean = process.env["NODE_ENV"] !== "production";

  constructor(creator: Creator, options: QueuePoolOptions = {}, dispatch: Dispatcher<PoolEvents> | null = null) {
    super(creator, options, dispatch);
    const size = count("poolSize", options.poolSize ?? 5, 0);
    const overflow = count("maxOverflow", options.maxOverflow ?? 10, -1);
    this.#size = size === 0 ? Infinity : size;
    this.#overflow = overflow === -1 ? Infinity : overflow;
    this.#timeout = duration("poolTimeout", options.timeout ?? 30, 0);
    this.#useLifo = options.useLifo ?? false;
  }

  /** How many connections are kept. */
  size(): number {
    return this.#size;
  }

  /** How many are there and not lent. */
  checkedin(): number {
    return this.#idle.length;
  }

  override checkedout(): number {
    return this.#taken - this.#idle.length;
  }

  /** How many there are beyond the size; negative while there are fewer. */
  overflow(): number {
    return this.#taken - this.#size;
  }

  /** How many wait for a connection. */
  waiting(): number {
    return this.#waiters.size;
  }

  override status(): string {
    const connecting = this.connecting();
    const busy = this.checkedout() - connecting;
    return `size ${this.#size}, idle ${this.#idle.length}, busy ${busy}, connecting ${connecting}, waiting ${this.#waiters.size}`;
  }

  override connect(signal?: AbortSignal): MaybePromise<PooledConnection> {
    if (this.#closed) throw new PoolClosedError(this.#why);
    const record = this.#takeIdle();
    if (record !== undefined) return this._lend(record);
    if (this.#taken < this.#size + this.#overflow) {
      this.#taken += 1;
      return this.#make(performance.now() + this.#timeout * 1000);
    }
    return this.#wait(performance.now() + this.#timeout * 1000, signal);
  }

  #takeIdle(): ConnectionRecord | undefined {
    return this.#useLifo ? this.#idle.pop() : this.#idle.shift();
  }

  protected override _connectTimeout(): number {
    // a time-out of 0 is for those who do not want to wait for others
    return this.#timeout === 0 ? Infinity : this.#timeout * 1000;
  }

  /** Makes a connection for a place that is counted as taken already. */
  #make(deadline: number): MaybePromise<PooledConnection> {
    let made: MaybePromise<ConnectionRecord>;
    try {
      made = this._open();
    } catch (error) {
      this.#freePlace();
      throw error;
    }
    if (!(made instanceof Promise)) return this.#lendNew(made);
    return made.then(
      (record) => this.#lendNew(record),
      (error: unknown) => {
        this.#freePlace();
        if (this._options.isTooManyConnections?.(error)) return this.#retry(error, deadline, RETRY_FIRST);
        throw error;
      },
    );
  }

  #lendNew(record: ConnectionRecord): MaybePromise<PooledConnection> {
    if (this.#closed) {
      void this._discard(record);
      throw new PoolClosedError(`${this.#why}, while the connection was being made`);
    }
    return this._lend(record);
  }

  /** The server is full: whatever comes first is taken, a connection of ours that comes back or room at the server. */
  async #retry(error: unknown, deadline: number, pause: number): Promise<PooledConnection> {
    const left = deadline - performance.now();
    if (left <= 0 || this.#closed) throw error;
    // one may have come back while the server was asked
    const idle = this.#takeIdle();
    if (idle !== undefined) return this._lend(idle);
    this._debug("the server takes no more connections; trying again");
    const waiter = this.#enqueue();
    await this.#turnOf(waiter, Math.min(pause, left));
    const record = waiter.granted;
    if (record) return this._lend(record);
    if (record === undefined) {
      if (this.#taken >= this.#size + this.#overflow) return this.#retry(error, deadline, pause);
      this.#taken += 1;
    }
    try {
      return await this.#lendNew(await this.#openOrFree());
    } catch (thrown) {
      if (!this._options.isTooManyConnections?.(thrown)) throw thrown;
      return this.#retry(thrown, deadline, Math.min(pause * 2, RETRY_LAST));
    }
  }

  async #openOrFree(): Promise<ConnectionRecord> {
    try {
      return await this._open();
    } catch (error) {
      this.#freePlace();
      throw error;
    }
  }

  async #wait(deadline: number, signal: AbortSignal | undefined): Promise<PooledConnection> {
    const waiter = this.#enqueue();
    const leave = (): void => {
      if (this.#waiters.delete(waiter)) waiter.refuse(signal!.reason);
    };
    signal?.addEventListener("abort", leave, { once: true });
    try {
      await this.#turnOf(waiter, this.#timeout * 1000);
    } finally {
      signal?.removeEventListener("abort", leave);
    }
    // made here and not where the time ran out, so that its stack leads to the one who waited
    if (waiter.granted === undefined) throw this.#timedOut(waiter);
    return waiter.granted === null ? this.#make(deadline) : this._lend(waiter.granted);
  }

  #enqueue(): Waiter {
    const waiter = new Waiter(this.#isDevelopment ? new CallSite() : null);
    this.#waiters.add(waiter);
    return waiter;
  }

  /** Waits until something is granted, for so many milliseconds at most. */
  async #turnOf(waiter: Waiter, timeout: number): Promise<void> {
    for (let left = timeout; left > 0 && waiter.isWaiting; left -= PATIENCE) {
      const returns = this.#returns;
      await waiter.turn(Math.min(left, PATIENCE));
      if (waiter.isWaiting && left > PATIENCE && returns === this.#returns) this.#warnOfStandstill(waiter);
    }
    this.#waiters.delete(waiter);
    if (waiter.refused !== null) throw waiter.refused.reason;
  }

  /** All connections are held and none comes back: often because the one who holds the last one waits for another. Told once per standstill. */
  #warnOfStandstill({ site }: Waiter): void {
    if (this.#warnedAt === this.#returns || !this.#isDevelopment) return;
    this.#warnedAt = this.#returns;
    warn(
      `a connection has been waited for, for ${PATIENCE / 1000} s, in which none was given back (${this.status()}${this._oldestHolders()}). ` +
        `If the one who waits is the one who holds it, that lasts until poolTimeout (${this.#timeout} s): let it go on with the connection ` +
        `or session that it has, or close that one first.${this._traceHint()} It waits at${placeOf(site, new CallSite())}`,
      "ATHANOR_POOL_WAIT",
    );
  }

  #timedOut({ site }: Waiter): PoolTimeoutError {
    return new PoolTimeoutError(
      `${this._timeoutMessage(this.#timeout)}.${this._traceHint()} It was asked for at${placeOf(site, new CallSite())}`,
    );
  }

  /** @internal */
  protected _timeoutMessage(timeout: number): string {
    return (
      `no connection became free within ${timeout} s (${this.status()}, maxOverflow ${this.#overflow}${this._oldestHolders()}). ` +
      `Close connections and sessions as soon as they are done, ask for no second one while the first is held, or raise poolSize, ` +
      `maxOverflow or poolTimeout`
    );
  }

  #nextWaiter(): Waiter | null {
    for (const waiter of this.#waiters) {
      this.#waiters.delete(waiter);
      return waiter;
    }
    return null;
  }

  protected override _keep(record: ConnectionRecord): MaybePromise<void> {
    this.#returns += 1;
    if (this.#closed) return this._discard(record);
    const waiter = this.#nextWaiter();
    if (waiter !== null) {
      waiter.grant(record);
      return undefined;
    }
    if (this.#taken > this.#size) return this._discard(record);
    this.#idle.push(record);
    return undefined;
  }

  protected override _freed(_record: ConnectionRecord): void {
    this.#freePlace();
  }

  #freePlace(): void {
    this.#returns += 1;
    const waiter = this.#closed ? null : this.#nextWaiter();
    // the place goes over to the waiter, who makes a connection of his own
    if (waiter !== null) waiter.grant(null);
    else this.#taken -= 1;
    this._tellIfAllAreBack();
  }

  protected override _lostIdle(record: ConnectionRecord): boolean {
    const index = this.#idle.indexOf(record);
    if (index < 0) return false;
    this.#idle.splice(index, 1);
    return true;
  }

  override async dispose(why: string = "the engine was disposed of"): Promise<void> {
    if (!this.#closed) this.#why = why;
    this.#closed = true;
    for (const waiter of this.#waiters) waiter.refuse(new PoolClosedError(`${why}, while this connection was waited for`));
    this.#waiters.clear();
    await Promise.all(this.#idle.splice(0).map(async (record) => this._discard(record)));
  }

  override recreate(): QueuePool {
    return new QueuePool(this._creator, this._options as QueuePoolOptions, this._dispatch);
  }
}

function count(name: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least) {
    throw new ArgumentError(`${name} is a whole number, at least ${least}, not ${String(value)}`);
  }
  return value;
}
