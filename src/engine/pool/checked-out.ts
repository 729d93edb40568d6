import { ResourceClosedError } from "../../errors.ts";
import type { DriverConnection, MaybePromise } from "../driver.ts";
import type { CallSite } from "./call-site.ts";
import type { ConnectionRecord } from "./connection-record.ts";

/** What a lent connection needs of its pool. */
export interface Lender {
  _giveBack(lease: PooledConnection, transactionWasReset: boolean): MaybePromise<void>;
  _invalidate(lease: PooledConnection, error: unknown, soft: boolean): MaybePromise<void>;
  _detach(lease: PooledConnection): MaybePromise<void>;
}

/** What is known about a loan; it does not refer to the lent connection, which can be collected meanwhile. */
export interface LeaseInfo {
  readonly pool: WeakRef<Lender & { _reclaim(lease: LeaseInfo): void }>;
  readonly record: ConnectionRecord;
  /** by the monotonic clock */
  readonly lentAt: number;
  /** where, when the pool is told to remember it */
  readonly lentBy: CallSite | null;
  /** the same as it was when the connection was asked for, if that was before */
  askedBy: CallSite | null;
  /** the statement that was last run on it, for messages */
  statement: string | null;
  /** it has left the pool, which does not wait for it any more */
  detached: boolean;
  /** until a warning is given that it has been away for too long @internal */
  timer: NodeJS.Timeout | null;
}

/** A connection that a pool has lent. It is given back by `close()`; after that it can do nothing. */
export class PooledConnection {
  readonly #lender: Lender;
  #record: ConnectionRecord | null;
  #connection: DriverConnection | null;
  /** @internal */
  readonly _lease: LeaseInfo;

  constructor(lender: Lender, lease: LeaseInfo) {
    this.#lender = lender;
    this.#record = lease.record;
    this.#connection = lease.record._connection;
    this._lease = lease;
  }

  /** Whether it can still be used. */
  get isValid(): boolean {
    return this.#connection !== null;
  }

  /**
   * The driver's connection.
   * @throws ResourceClosedError when it was given back
   */
  get dbapiConnection(): DriverConnection {
    if (this.#connection === null)
      throw new ResourceClosedError("this connection was given back to its pool, or invalidated; take another one");
    return this.#connection;
  }

  /** The pool's record of the connection; null once it is detached or given back. */
  get connectionRecord(): ConnectionRecord | null {
    return this.#record;
  }

  /** Anything that is to be remembered with the connection, as long as it lives. */
  get info(): Map<unknown, unknown> {
    return this.#record?.info ?? new Map();
  }

  /** Gives the connection back. A second call does nothing. */
  close(): MaybePromise<void> {
    return this._close(false);
  }

  /** @internal */
  _close(transactionWasReset: boolean): MaybePromise<void> {
    if (this.#connection === null) return undefined;
    return this.#lender._giveBack(this, transactionWasReset);
  }

  /**
   * Throws the connection away, because it is broken. The pool makes another in its place when one is needed.
   * @param options - `soft`: it is thrown away only when it is given back
   */
  invalidate(error: unknown = null, { soft = false }: { readonly soft?: boolean } = {}): MaybePromise<void> {
    if (this.#connection === null) return undefined;
    return this.#lender._invalidate(this, error, soft);
  }

  /** Takes the connection out of the pool for good: `close()` will close it. */
  detach(): MaybePromise<void> {
    if (this.#connection === null) return undefined;
    return this.#lender._detach(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.close());
  }

  /** @internal */
  _forgetRecord(): void {
    this.#record = null;
  }

  /** Makes the object useless, and gives what it held. @internal */
  _end(): ConnectionRecord | null {
    const record = this.#record;
    this.#record = null;
    this.#connection = null;
    return record;
  }
}
