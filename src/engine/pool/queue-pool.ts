import type { Dispatcher } from "../../event/dispatcher.ts";
import { ArgumentError, PoolClosedError, PoolTimeoutError } from "../../errors.ts";
import type { MaybePromise } from "../driver.ts";
import type { PooledConnection } from "./checked-out.ts";
import type { ConnectionRecord } from "./connection-record.ts";
import type { PoolEvents } from "./events.ts";
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

interface Waiter {
  /** with a connection, or with null for the right to make one */
  readonly grant: (record: ConnectionRecord | null) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout | null;
}

const RETRY_FIRST = 50;
const RETRY_LAST = 1000;

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
    return `size ${this.#size}, idle ${this.#idle.length}, busy ${this.checkedout()}, waiting ${this.#waiters.size}`;
  }

  override connect(): MaybePromise<PooledConnection> {
    if (this.#closed) throw new PoolClosedError("the pool is closed: its engine was disposed of");
    const record = this.#useLifo ? this.#idle.pop() : this.#idle.shift();
    if (record !== undefined) return this._lend(record);
    if (this.#taken < this.#size + this.#overflow) {
      this.#taken += 1;
      return this.#make(performance.now() + this.#timeout * 1000);
    }
    return this.#wait(performance.now() + this.#timeout * 1000);
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
      throw new PoolClosedError("the pool was closed while the connection was being made");
    }
    return this._lend(record);
  }

  /** The server is full: whatever comes first is taken, a connection of ours that comes back or room at the server. */
  async #retry(error: unknown, deadline: number, pause: number): Promise<PooledConnection> {
    const left = deadline - performance.now();
    if (left <= 0 || this.#closed) throw error;
    this._debug("the server takes no more connections; trying again");
    const record = await this.#enqueue(Math.min(pause, left)).catch((thrown: unknown) => {
      if (thrown instanceof PoolTimeoutError) return undefined;
      throw thrown;
    });
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

  async #wait(deadline: number): Promise<PooledConnection> {
    const record = await this.#enqueue(this.#timeout * 1000);
    return record === null ? this.#make(deadline) : this._lend(record);
  }

  #enqueue(timeout: number): Promise<ConnectionRecord | null> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        grant: resolve,
        reject,
        timer: Number.isFinite(timeout) ? setTimeout(() => this.#timedOut(waiter), timeout) : null,
      };
      this.#waiters.add(waiter);
    });
  }

  #timedOut(waiter: Waiter): void {
    // one that was granted a place is no longer in the set, so a place can never be lost here
    if (!this.#waiters.delete(waiter)) return;
    waiter.reject(new PoolTimeoutError(this._timeoutMessage(this.#timeout)));
  }

  /** @internal */
  protected _timeoutMessage(timeout: number): string {
    return (
      `no connection became free within ${timeout} s (${this.status()}, maxOverflow ${this.#overflow}${this._oldestHolders()}). ` +
      `Close connections and sessions as soon as they are done, or raise poolSize, maxOverflow or poolTimeout`
    );
  }

  #nextWaiter(): Waiter | null {
    for (const waiter of this.#waiters) {
      this.#waiters.delete(waiter);
      if (waiter.timer !== null) clearTimeout(waiter.timer);
      return waiter;
    }
    return null;
  }

  protected override _keep(record: ConnectionRecord): MaybePromise<void> {
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
    const waiter = this.#closed ? null : this.#nextWaiter();
    // the place goes over to the waiter, who makes a connection of his own
    if (waiter !== null) waiter.grant(null);
    else this.#taken -= 1;
  }

  protected override _lostIdle(record: ConnectionRecord): boolean {
    const index = this.#idle.indexOf(record);
    if (index < 0) return false;
    this.#idle.splice(index, 1);
    return true;
  }

  override async dispose(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiters) {
      if (waiter.timer !== null) clearTimeout(waiter.timer);
      waiter.reject(new PoolClosedError("the engine was disposed of while this connection was waited for"));
    }
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
